import type { Topic } from '@syncwatch/core'
import { type Queryable, query } from '@syncwatch/database'
import { type RemovalRow, readRemovals } from '../queries/read-removals.ts'
import type { TopicRead } from './topic-memory.ts'

const MOST_REMOVALS = 10_000

/** Removals of a topic at or after a cursor, the latest so many. */
export async function readRemovalsOf(
  on: Queryable,
  schema: string,
  topic: Topic,
  since: bigint,
): Promise<Pick<TopicRead, 'removed' | 'removedFrom'>> {
  const rows = await query<RemovalRow & Record<string, unknown>>(on, readRemovals(schema), [
    topic,
    String(since),
    MOST_REMOVALS,
  ])
  const removed = rows.map(({ id, changed_xid }) => ({ id, changed: BigInt(changed_xid) }))
  const oldest = removed.length < MOST_REMOVALS ? undefined : removed[0]
  return { removed, removedFrom: oldest && oldest.changed + 1n }
}
