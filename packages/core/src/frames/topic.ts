import { SyncwatchError } from '../errors.ts'
import { isUuid } from '../ids.ts'

/**
 * What a session can follow. Each topic is a set of rows with `id` and `rev`; `items:` and `events:` belong to one
 * operation; `connections` is for administrators.
 */
export type Topic =
  | 'operations'
  | 'health'
  | 'stores'
  | 'assets'
  | 'connections'
  | `items:${string}`
  | `events:${string}`

const PLAIN: ReadonlySet<string> = new Set(['operations', 'health', 'stores', 'assets', 'connections'])

/** Parses a topic at the border. Throws `frame_invalid`. */
export function parseTopic(text: string): Topic {
  const [kind, id] = text.split(':')
  if (PLAIN.has(text) || ((kind === 'items' || kind === 'events') && id !== undefined && isUuid(id)))
    return text as Topic
  throw new SyncwatchError('frame_invalid', `There is no topic "${text.slice(0, 64)}".`)
}
