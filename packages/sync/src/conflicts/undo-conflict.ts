import { type ConflictRow, SyncwatchError } from '@syncwatch/core'
import { query, transaction } from '@syncwatch/database'
import type { PoolClient } from 'pg'
import { refusingTakenKey } from '../library/key-taken.ts'
import type { LibraryContext } from '../library/library-context.ts'
import { type AssetState, lockAsset } from '../library/lock-asset.ts'
import { setContent } from '../library/set-content.ts'
import { giveSide } from './give-side.ts'
import { readConflict } from './list-conflicts.ts'
import { type LockedConflict, lockConflict } from './lock-conflict.ts'

/**
 * Takes the resolution of a conflict back. A person's own: the copy comes out of the trash, the content that was replaced is back, and the
 * conflict waits again. A policy's, or one that a run carried out: the side that lost takes the key, and what won stays
 * a version. Rejects `conflict_not_found`, `conflict_decided` where there is nothing to take back, `revision_stale` where the asset was changed
 * since, and `asset_exists` where a name was taken since.
 */
export async function undoConflict(context: LibraryContext, id: string, by: string): Promise<ConflictRow> {
  const { key } = await readConflict(context.pool, id)
  const changed = await refusingTakenKey(context.pool, key, () =>
    transaction(context.pool, async (client) => {
      const conflict = await lockConflict(client, id)
      if (conflict.state !== 'resolved')
        throw new SyncwatchError(
          'conflict_decided',
          `Nothing was decided about "${conflict.key}" that could be undone.`,
        )
      return undo(client, context, conflict, by)
    }),
  )
  if (changed.length > 0) context.onChanged(changed, by)
  context.onContent()
  return readConflict(context.pool, id)
}

async function undo(
  client: PoolClient,
  context: LibraryContext,
  conflict: LockedConflict,
  by: string,
): Promise<string[]> {
  if (conflict.applied_at === null) {
    await reopen(client, conflict)
    return []
  }
  if (conflict.outcome === 'keep-both') return takeBack(client, context, conflict, by)
  return otherSide(client, context, conflict, by)
}

async function takeBack(
  client: PoolClient,
  { inspector }: LibraryContext,
  conflict: LockedConflict,
  by: string,
): Promise<string[]> {
  await reopen(client, conflict)
  const { undo: note, asset_id, copy_asset_id } = conflict
  if (note === null || asset_id === null) return []
  if (note.content !== null) {
    const asset = await lockAsset(client, { id: asset_id, revision: note.revision, place: 'live' })
    const { mime_type: mimeType, modified_at: modifiedAt, ...content } = note.content
    await setContent(client, asset, { ...content, mimeType, modifiedAt }, { by, reason: 'undo', inspector })
  }
  if (!note.copyTrashed || copy_asset_id === null) return [asset_id]
  await query(
    client,
    `UPDATE syncwatch.media_assets SET trashed_at = NULL, trashed_by = NULL, trash_reason = NULL, trash_approved_by = NULL
     WHERE id = $1`,
    [copy_asset_id],
  )
  return [asset_id, copy_asset_id]
}

/** The side that lost takes the key. What both were is known from the conflict; the bytes are a version's. */
async function otherSide(
  client: PoolClient,
  context: LibraryContext,
  conflict: LockedConflict,
  by: string,
): Promise<string[]> {
  const { asset_id, resolution, library_side, store_side, key } = conflict
  if (asset_id === null || resolution === null || resolution === 'both')
    throw new SyncwatchError(
      'conflict_decided',
      `Both sides of "${key}" were kept, so nothing was lost that could come back.`,
    )
  const [winner, loser] = resolution === 'library' ? [library_side, store_side] : [store_side, library_side]
  const asset = await lockAnywhere(client, asset_id)
  if (winner !== null && asset.sha256 !== winner.sha256)
    throw new SyncwatchError(
      'revision_stale',
      `"${asset.key}" was changed since the conflict was decided. Look at its versions instead.`,
      { details: { revision: asset.revision } },
    )
  await giveSide(client, context, asset, { side: loser, other: winner, by, reason: 'undo' })
  await query(client, `UPDATE syncwatch.media_conflicts SET state = 'undone', updated_at = now() WHERE id = $1`, [
    conflict.id,
  ])
  return [asset_id]
}

async function lockAnywhere(client: PoolClient, id: string): Promise<AssetState> {
  const [row] = await query<{ trashed: boolean }>(
    client,
    'SELECT trashed_at IS NOT NULL AS trashed FROM syncwatch.media_assets WHERE id = $1',
    [id],
  )
  return lockAsset(client, { id, revision: null, place: row?.trashed === true ? 'trash' : 'live' })
}

async function reopen(client: PoolClient, { id, store_id, asset_id, key }: LockedConflict): Promise<void> {
  const [other] = await query(
    client,
    `SELECT id FROM syncwatch.media_conflicts WHERE store_id = $1 AND asset_id = $2 AND state = 'open'`,
    [store_id, asset_id],
  )
  if (other !== undefined)
    throw new SyncwatchError('conflict_decided', `There is a newer conflict about "${key}". Decide that one.`)
  await query(
    client,
    `UPDATE syncwatch.media_conflicts
     SET state = 'open', resolution = NULL, resolved_by = NULL, resolved_at = NULL, applied_at = NULL, undo = NULL,
         updated_at = now()
     WHERE id = $1`,
    [id],
  )
}
