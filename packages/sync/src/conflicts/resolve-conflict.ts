import { type ConflictResolution, type ConflictRow, SyncwatchError } from '@syncwatch/core'
import { query, transaction } from '@syncwatch/database'
import type { PoolClient } from 'pg'
import type { LibraryContext } from '../library/library-context.ts'
import { type AssetState, lockAsset } from '../library/lock-asset.ts'
import { setContent } from '../library/set-content.ts'
import { readConflict } from './list-conflicts.ts'
import { type LockedConflict, lockConflict, type UndoNote } from './lock-conflict.ts'

/** How a person decides a conflict. */
export interface ResolveConflict {
  readonly resolution: ConflictResolution
  readonly by: string
}

/**
 * Decides an open conflict. Where both sides were kept it is done at once: the copy goes to the trash, or its content takes the key, or
 * both stay. Where nothing was done the store's next run does it, as long as both sides are what they were; that run is asked for.
 * Rejects `conflict_not_found` and `conflict_decided`.
 */
export async function resolveConflict(
  context: LibraryContext,
  id: string,
  { resolution, by }: ResolveConflict,
): Promise<ConflictRow> {
  const changed = await transaction(context.pool, async (client) => {
    const conflict = await lockConflict(client, id)
    if (conflict.state !== 'open')
      throw new SyncwatchError(
        'conflict_decided',
        `The conflict about "${conflict.key}" was decided already by ${conflict.resolved_by ?? 'somebody'}. Undo that first.`,
      )
    if (conflict.outcome === 'held') {
      await markResolved(client, id, resolution, by, null, false)
      return { ids: [conflict.asset_id], storeId: conflict.store_id }
    }
    const undo = await settleCopy(client, context, conflict, resolution, by)
    await markResolved(client, id, resolution, by, undo, true)
    return { ids: undo === null ? [] : [conflict.asset_id, conflict.copy_asset_id], storeId: null }
  })
  const ids = changed.ids.filter((assetId) => assetId !== null)
  if (ids.length > 0) context.onChanged(ids, by, changed.storeId ?? undefined)
  context.onContent()
  return readConflict(context.pool, id)
}

/** Null where both stay as they are. */
async function settleCopy(
  client: PoolClient,
  context: LibraryContext,
  conflict: LockedConflict,
  resolution: ConflictResolution,
  by: string,
): Promise<UndoNote | null> {
  if (resolution === 'both') return null
  const { asset, copy } = await lockBoth(client, conflict)
  if (copy === null) {
    // Somebody deleted the copy: what is left is what the key has.
    if (resolution === sideOfKey(conflict)) return null
    throw new SyncwatchError(
      'conflict_decided',
      `The copy of "${conflict.key}" is gone. Restore it from the trash first.`,
    )
  }
  const before = { sha256: asset.sha256, size: asset.size, mime_type: asset.mime_type }
  const wantsCopy = resolution !== sideOfKey(conflict, copy)
  const version = wantsCopy ? await takeContent(client, context, asset, copy, by) : null
  await query(
    client,
    `UPDATE syncwatch.media_assets SET trashed_at = now(), trashed_by = $2, trash_reason = 'conflict', trash_approved_by = $2
     WHERE id = $1`,
    [copy.id, by],
  )
  const { revision } = await lockAsset(client, { id: asset.id, revision: null, place: 'live' })
  const content =
    version === null || before.sha256 === null
      ? null
      : { ...before, sha256: before.sha256, modified_at: asset.content_modified_at }
  return { content, revision, copyTrashed: true }
}

async function takeContent(
  client: PoolClient,
  { inspector }: LibraryContext,
  asset: AssetState,
  copy: AssetState,
  by: string,
): Promise<string | null> {
  if (copy.sha256 === null) throw new SyncwatchError('conflict_decided', `Nobody knows the content of "${copy.key}".`)
  const content = {
    sha256: copy.sha256,
    size: copy.size,
    mimeType: copy.mime_type,
    modifiedAt: copy.content_modified_at,
  }
  return setContent(client, asset, content, { by, reason: 'conflict', inspector })
}

async function lockBoth(
  client: PoolClient,
  { asset_id, copy_asset_id, key }: LockedConflict,
): Promise<{ asset: AssetState; copy: AssetState | null }> {
  if (asset_id === null) throw new SyncwatchError('conflict_decided', `"${key}" is not in the library any more.`)
  const asset = await lockAsset(client, { id: asset_id, revision: null, place: 'live' })
  if (copy_asset_id === null) return { asset, copy: null }
  const copy = await lockAsset(client, { id: copy_asset_id, revision: null, place: 'live' }).catch((error: unknown) => {
    if (error instanceof SyncwatchError && error.code === 'asset_trashed') return null
    throw error
  })
  return { asset, copy }
}

/** Whose content kept the key: the other side's is the copy's. */
function sideOfKey(conflict: LockedConflict, copy?: AssetState): 'library' | 'store' {
  const copied = copy?.sha256 ?? null
  return copied !== null && copied === conflict.library_side?.sha256 && copied !== conflict.store_side?.sha256
    ? 'store'
    : 'library'
}

async function markResolved(
  client: PoolClient,
  id: string,
  resolution: ConflictResolution,
  by: string,
  undo: UndoNote | null,
  applied: boolean,
): Promise<void> {
  await query(
    client,
    `UPDATE syncwatch.media_conflicts
     SET state = 'resolved', resolution = $2, resolved_by = $3, resolved_at = now(), undo = $4,
         applied_at = CASE WHEN $5::boolean THEN now() END, updated_at = now()
     WHERE id = $1`,
    [id, resolution, by, undo === null ? null : JSON.stringify(undo), applied],
  )
}
