import type { AssetId, OperationId, StoreId } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import type { PoolClient } from 'pg'
import type { RuleId } from '../reconcile/settlement.ts'
import type { ConflictSide } from './conflict-side.ts'

/** What was done about a conflict when it was found. `held`: nothing, both sides still differ. */
export type ConflictOutcome = 'held' | 'keep-both' | 'newer' | 'library' | 'store'

/** A conflict as the engine found it. */
export interface FoundConflict {
  readonly storeId: StoreId
  readonly operationId: OperationId | null
  readonly assetId: AssetId | null
  /** The asset that the side which did not keep the key lives on as. */
  readonly copyAssetId: AssetId | null
  readonly key: string
  readonly rule: RuleId
  readonly outcome: ConflictOutcome
  readonly library: ConflictSide | null
  readonly store: ConflictSide | null
}

/**
 * Puts a conflict into the inbox, in the caller's transaction, and resolves to its id. What was held, and what both sides were kept
 * of, is open until a person has looked; what a policy decided is resolved, and can be undone. The same one found again is not
 * a second one. A held one that was decided since and looks the same still is left as it is.
 */
export async function recordConflict(client: PoolClient, found: FoundConflict): Promise<string> {
  const decided = await decidedAlready(client, found)
  if (decided !== null) return decided
  await overtake(client, found)
  const isOpen = found.outcome === 'held' || found.outcome === 'keep-both'
  const [row] = await query<{ id: string }>(
    client,
    `INSERT INTO syncwatch.media_conflicts AS conflict
       (store_id, operation_id, asset_id, copy_asset_id, key, rule, outcome, library_side, store_side,
        state, resolution, resolved_by, resolved_at, applied_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, CASE WHEN $12::text IS NULL THEN NULL ELSE now() END,
             CASE WHEN $12::text IS NULL THEN NULL ELSE now() END)
     ON CONFLICT (store_id, asset_id) WHERE state = 'open' DO UPDATE SET
       operation_id = excluded.operation_id, copy_asset_id = coalesce(excluded.copy_asset_id, conflict.copy_asset_id),
       key = excluded.key, rule = excluded.rule, outcome = excluded.outcome,
       library_side = excluded.library_side, store_side = excluded.store_side, updated_at = now()
     RETURNING id`,
    [
      found.storeId,
      found.operationId,
      found.assetId,
      found.copyAssetId,
      found.key,
      found.rule,
      found.outcome,
      found.library === null ? null : JSON.stringify(found.library),
      found.store === null ? null : JSON.stringify(found.store),
      isOpen ? 'open' : 'resolved',
      isOpen ? null : winnerOf(found),
      isOpen ? null : `policy:${found.outcome}`,
    ],
  )
  return (row as { id: string }).id
}

/** Who kept the key. A policy `newer` is told by who was kept as the loser: the later time won. */
function winnerOf({ outcome, library, store }: FoundConflict): 'library' | 'store' {
  if (outcome === 'library' || outcome === 'store') return outcome
  return (library?.modified_at ?? '') >= (store?.modified_at ?? '') ? 'library' : 'store'
}

/** A decision that no run has carried out yet, on exactly these two sides: what is found now is that, carried out or not. */
async function decidedAlready(client: PoolClient, found: FoundConflict): Promise<string | null> {
  const [row] = await query<{ id: string }>(
    client,
    `UPDATE syncwatch.media_conflicts SET copy_asset_id = coalesce($5, copy_asset_id), updated_at = now()
     WHERE store_id = $1 AND asset_id = $2 AND state = 'resolved' AND outcome = 'held' AND applied_at IS NULL
       AND library_side ->> 'revision' IS NOT DISTINCT FROM $3 AND store_side ->> 'version' IS NOT DISTINCT FROM $4
     RETURNING id`,
    [
      found.storeId,
      found.assetId,
      found.library?.revision?.toString() ?? null,
      found.store?.version ?? null,
      found.copyAssetId,
    ],
  )
  return row?.id ?? null
}

/** A decision about sides that are others by now holds for nothing any more. */
async function overtake(client: PoolClient, { storeId, assetId }: FoundConflict): Promise<void> {
  await query(
    client,
    `UPDATE syncwatch.media_conflicts SET state = 'undone', updated_at = now()
     WHERE store_id = $1 AND asset_id = $2 AND state = 'resolved' AND outcome = 'held' AND applied_at IS NULL`,
    [storeId, assetId],
  )
}
