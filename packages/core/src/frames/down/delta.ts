import type { Cursor } from '../../cursor.ts'
import type { Topic } from '../topic.ts'
import type { OperationCounts } from './snapshot.ts'

/**
 * What changed in a topic. Each row is an array under `fields`, which always begins with `id` and `rev`. `removed` are
 * ids that are gone or left the filter. A row whose `rev` is not above the known one is dropped by its reader.
 */
export interface Delta {
  type: 'delta'
  topic: Topic
  cursor: Cursor
  fields: readonly string[]
  rows: unknown[][]
  removed: string[]
  /** With topic `operations`, where the counts changed. */
  counts?: OperationCounts
}
