import { PROTOCOL_VERSION, SyncwatchError, type UpFrame, upFrameSchema } from '@syncwatch/core'

/** Reads what a client said. Throws `frame_invalid`, or `protocol_unsupported` for a hello of another version. */
export function parseUpFrame(text: string): UpFrame {
  const value = parseJson(text)
  refuseOtherProtocol(value)
  const parsed = upFrameSchema.safeParse(value)
  if (!parsed.success) {
    const place = parsed.error.issues[0]?.path.join('.') || 'type'
    throw new SyncwatchError('frame_invalid', `The frame is not valid at "${place.slice(0, 80)}".`)
  }
  // It is stored: Postgres keeps no NUL in a text, and nobody should read control characters in a list.
  if (parsed.data.type === 'hello' && !/^[ -~]+$/.test(parsed.data.clientId))
    throw new SyncwatchError('frame_invalid', 'A clientId is made of printable ASCII characters.')
  return parsed.data
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new SyncwatchError('frame_invalid', 'A frame is one JSON object.', { cause })
  }
}

/** Looked at first: the hello of another version may have another shape, and must still be told what is wrong. */
function refuseOtherProtocol(value: unknown): void {
  const { type, protocol } = (value ?? {}) as { type?: unknown; protocol?: unknown }
  if (type !== 'hello' || typeof protocol !== 'number' || protocol === PROTOCOL_VERSION) return
  throw new SyncwatchError(
    'protocol_unsupported',
    `This server speaks protocol ${PROTOCOL_VERSION}, not ${protocol}. Update the older side.`,
  )
}
