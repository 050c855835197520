import { SyncwatchError } from '@syncwatch/core'

/** Reads a body as UTF-8 text, at most `maxBytes`: counted as it comes, because a stated length may lie. */
export async function readBody(request: Request, maxBytes: number): Promise<string> {
  const stated = Number(request.headers.get('content-length') ?? 0)
  if (stated > maxBytes) throw tooLarge(maxBytes)
  if (request.body === null) return ''
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const reader = request.body.getReader()
  let text = ''
  let size = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return text + decoder.decode()
      size += value.byteLength
      if (size > maxBytes) throw tooLarge(maxBytes)
      text += decoder.decode(value, { stream: true })
    }
  } catch (error) {
    if (error instanceof TypeError) throw new SyncwatchError('invalid_input', 'The body is not UTF-8 text.')
    throw error
  } finally {
    reader.cancel().catch(() => undefined)
  }
}

function tooLarge(maxBytes: number): SyncwatchError {
  return new SyncwatchError('payload_too_large', `The body may have at most ${maxBytes} bytes.`)
}
