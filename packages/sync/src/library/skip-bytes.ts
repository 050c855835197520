/** The bytes from `start` to `end`, `end` included, of a stream that can only be read from its beginning. */
export async function* skipBytes(
  stream: AsyncIterable<Uint8Array>,
  { start, end }: { start: number; end: number },
): AsyncGenerator<Uint8Array> {
  let position = 0
  for await (const chunk of stream) {
    const from = Math.max(0, start - position)
    const to = Math.min(chunk.length, end + 1 - position)
    if (from < to) yield chunk.subarray(from, to)
    position += chunk.length
    if (position > end) return
  }
}
