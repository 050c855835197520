/** The changes in one delta, by the place of their operation. */
export interface ReceivedFrame {
  readonly bytes: Buffer
  readonly operations: Int32Array
  /** The number of the change within its operation. */
  readonly numbers: Int32Array
  /** When it was called: milliseconds since 1970. */
  readonly calledAt: Float64Array
}

const KEPT = 100

/**
 * Reads deltas. Clients that are due the same get the same bytes, so that only the first of them is parsed: the others are
 * compared with it byte by byte, which proves as much and costs a hundredth.
 */
export class ReceivedFrames {
  readonly #places: ReadonlyMap<string, number>
  readonly #kept: ReceivedFrame[] = []

  constructor(ids: readonly string[]) {
    this.#places = new Map(ids.map((id, place) => [id, place]))
  }

  /** Null for a message that is no delta of operations. */
  read(message: Buffer): ReceivedFrame | null {
    for (let index = this.#kept.length - 1; index >= 0; index -= 1) {
      const frame = this.#kept[index] as ReceivedFrame
      if (frame.bytes.length === message.length && frame.bytes.equals(message)) return frame
    }
    const frame = this.#parse(message)
    if (frame === null) return null
    this.#kept.push(frame)
    if (this.#kept.length > KEPT) this.#kept.shift()
    return frame
  }

  #parse(bytes: Buffer): ReceivedFrame | null {
    const delta = JSON.parse(bytes.toString()) as { type: string; fields: string[]; rows: unknown[][] }
    if (delta.type !== 'delta' || delta.rows.length === 0) return null
    const [items, at] = [delta.fields.indexOf('processed_items'), delta.fields.indexOf('processed_bytes')]
    return {
      bytes,
      operations: Int32Array.from(delta.rows, (row) => this.#places.get(String(row[0])) ?? -1),
      numbers: Int32Array.from(delta.rows, (row) => Number(row[items])),
      calledAt: Float64Array.from(delta.rows, (row) => Number(row[at]) / 1000),
    }
  }
}
