import { query } from '@syncwatch/database'
import type { StatusTiming } from '../manager-options.ts'
import { type CleanupRow, cleanupByAge, cleanupByCount } from '../queries/cleanup.ts'
import { LOCK_SCHEDULE } from '../queries/insert-snapshot.ts'
import type { StatusContext } from '../status-context.ts'

/** Rows of a kind in one transaction: a large delete would be a long one. */
const BATCH = 500
/** Ended operations beyond this many go, however young. */
const MOST_ENDED = 100_000
const MOST_BATCHES = 1000

/** Removes what is old, in small batches, one node at a time. Open operations are never removed. */
export async function removeOld({ database }: StatusContext, timing: StatusTiming): Promise<CleanupRow> {
  const removed: CleanupRow = { operations: 0, snapshots: 0, connections: 0 }
  for (let round = 0; round < MOST_BATCHES; round += 1) {
    const batch = await database.transaction(async (client) => {
      const [lock] = await query<{ locked: boolean }>(client, LOCK_SCHEDULE)
      if (!lock?.locked) return null
      const [byAge] = await query<CleanupRow & Record<string, unknown>>(client, cleanupByAge(database.schema), [
        timing.retentionMs,
        BATCH,
      ])
      const [byCount] = await query<{ operations: number }>(client, cleanupByCount(database.schema), [
        MOST_ENDED,
        BATCH,
      ])
      return {
        operations: (byAge?.operations ?? 0) + (byCount?.operations ?? 0),
        snapshots: byAge?.snapshots ?? 0,
        connections: byAge?.connections ?? 0,
      }
    })
    if (batch === null) return removed
    removed.operations += batch.operations
    removed.snapshots += batch.snapshots
    removed.connections += batch.connections
    if (batch.operations + batch.snapshots + batch.connections === 0) return removed
  }
  return removed
}
