/**
 * An answer of stated length whose bytes fail on the way ends by `cut`, and by nothing else: the server library would put the
 * error's text where the missing bytes belong, and print its stack.
 */
export function cutOnFailure(response: Response, cut: (error: unknown) => void): Response {
  if (!response.headers.has('content-length') || response.body === null) return response
  const reader = response.body.getReader()
  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const { done, value } = await reader.read()
          if (done) controller.close()
          else controller.enqueue(value)
        } catch (error) {
          cut(error)
          controller.close()
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
  return new Response(body, { status: response.status, headers: response.headers })
}
