import { SyncwatchError } from '../../errors.ts'
import { firstProblem } from '../../inputs/first-problem.ts'
import { type UpFrame, upFrameSchema } from './up-frame.ts'

/** The longest frame that a client may send, in characters. */
export const UP_FRAME_LIMIT = 65_536

/** Parses one frame of a client. Throws `frame_invalid` with a sentence for its author; nothing else. */
export function parseUpFrame(text: string): UpFrame {
  if (text.length > UP_FRAME_LIMIT)
    throw new SyncwatchError('frame_invalid', `A frame has at most ${UP_FRAME_LIMIT} characters.`)
  const result = upFrameSchema.safeParse(parseJson(text))
  if (result.success) return result.data
  const { field, sentence } = firstProblem(result.error)
  throw new SyncwatchError('frame_invalid', sentence, { details: { field } })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new SyncwatchError('frame_invalid', 'A frame is one JSON object.', { cause })
  }
}
