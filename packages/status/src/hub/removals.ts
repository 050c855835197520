import type { Topic } from '@syncwatch/core'
import { type Queryable, query } from '@syncwatch/database'
import { type RemovalRow, readRemovals } from '../queries/read-removals.ts'
import type { RemovalLog } from './removal-log.ts'
import type { Removal } from './topic-memory.ts'

const MOST_REMOVALS = 10_000

/** Removals of a topic at or after a cursor; with `log` they are put there, and what did not fit raises its floor. */
export async function readRemovalsOf(
  on: Queryable,
  schema: string,
  topic: Topic,
  since: bigint,
  log?: RemovalLog,
): Promise<Removal[]> {
  const rows = await query<RemovalRow & Record<string, unknown>>(on, readRemovals(schema), [
    topic,
    String(since),
    MOST_REMOVALS,
  ])
  const removals = rows.map(({ id, changed_xid }) => ({ id, changed: BigInt(changed_xid) }))
  if (log !== undefined) {
    for (const removal of removals) log.add(removal)
    const [oldest] = removals
    if (removals.length >= MOST_REMOVALS && oldest !== undefined) log.raiseFloor(oldest.changed + 1n)
  }
  return removals
}
