import type { OperationId } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import type { BenchServer } from '../support/server.ts'

/** Open operations to write to, made with one statement: making them is not what is measured. */
export async function openOperations({ pool, manager }: BenchServer, count: number): Promise<OperationId[]> {
  const rows = await query<{ id: OperationId }>(
    pool,
    `SELECT create_sync_operation('full_sync', total_items => 9000000000000000) AS id FROM generate_series(1, $1)`,
    [count],
  )
  const ids = rows.map((row) => row.id)
  // The first progress starts them, and makes them known to this node.
  for (const id of ids) await manager.updateSyncProgress(id, null, 0, 0, 'started')
  await manager.flush()
  await pool.query('VACUUM ANALYZE sync_operations')
  return ids
}

/** Writes each operation once a round for about `milliseconds`; gives distinct committed states a second and the last round. */
export async function runOurs(
  { manager }: BenchServer,
  ids: readonly OperationId[],
  firstRound: number,
  milliseconds: number,
): Promise<{ perSecond: number; lastRound: number }> {
  const began = performance.now()
  let round = firstRound
  let written = 0
  do {
    // A round is committed before the next begins: no state is overwritten, so every one of them counts.
    await Promise.all(ids.map((id) => manager.updateSyncProgress(id, null, round, 0, `state ${round}`)))
    await manager.flush()
    written += ids.length
    round += 1
  } while (performance.now() - began < milliseconds)
  return { perSecond: (written * 1000) / (performance.now() - began), lastRound: round - 1 }
}

/** How many operations do not hold the state of `round` in the table. */
export async function missing({ pool }: BenchServer, ids: readonly OperationId[], round: number): Promise<number> {
  const rows = await query<{ count: number }>(
    pool,
    'SELECT count(*)::int AS count FROM sync_operations WHERE id = ANY($1::uuid[]) AND processed_items = $2 AND message = $3',
    [ids, round, `state ${round}`],
  )
  return ids.length - (rows[0]?.count ?? 0)
}
