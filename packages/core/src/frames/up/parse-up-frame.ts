import { SyncwatchError } from '../../errors.ts'
import { firstProblem } from '../../inputs/first-problem.ts'
import { PROTOCOL_VERSION } from '../protocol.ts'
import { type UpFrame, upFrameSchema } from './up-frame.ts'

/** The longest frame that a client may send, in characters. */
export const UP_FRAME_LIMIT = 65_536

/**
 * Parses one frame of a client. Throws `frame_invalid` with a sentence for its author, or `protocol_unsupported` for a hello
 * of another version; nothing else.
 */
export function parseUpFrame(text: string): UpFrame {
  if (text.length > UP_FRAME_LIMIT)
    throw new SyncwatchError('frame_invalid', `A frame has at most ${UP_FRAME_LIMIT} characters.`)
  const value = parseJson(text)
  refuseOtherProtocol(value)
  const result = upFrameSchema.safeParse(value)
  if (result.success) return result.data
  const { field, sentence } = firstProblem(result.error)
  throw new SyncwatchError('frame_invalid', sentence, { details: { field } })
}

// Before the schema: the hello of another version may have another shape, and its sender must still be told what is wrong.
function refuseOtherProtocol(value: unknown): void {
  const { type, protocol } = Object(value) as { type?: unknown; protocol?: unknown }
  if (type !== 'hello' || !Number.isSafeInteger(protocol) || protocol === PROTOCOL_VERSION) return
  const sentence = `This server speaks protocol ${PROTOCOL_VERSION}, not ${protocol}. Update the older side.`
  throw new SyncwatchError('protocol_unsupported', sentence)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new SyncwatchError('frame_invalid', 'A frame is one JSON object.', { cause })
  }
}
