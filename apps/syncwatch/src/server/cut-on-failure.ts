/**
 * An answer of stated length whose bytes fail on the way ends by `cut`, and by nothing else: the server library would put the
 * error's text where the missing bytes belong, and print its stack.
 */
export function cutOnFailure(response: Response, cut: (error: unknown) => void): Response {
  if (!response.headers.has('content-length') || response.body === null) return response
  const reader = response.body.getReader()
  let isWanted = true
  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const { done, value } = await reader.read()
          if (!isWanted) return
          if (done) controller.close()
          else controller.enqueue(value)
        } catch (error) {
          if (!isWanted) return
          cut(error)
          controller.close()
        }
      },
      // Who asked has gone, perhaps while the next bytes are being read: nothing failed.
      cancel: (reason) => {
        isWanted = false
        return reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, { status: response.status, headers: response.headers })
}
