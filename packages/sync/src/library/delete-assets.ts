import { type AssetUsage, SyncwatchError } from '@syncwatch/core'
import { query, transaction } from '@syncwatch/database'
import type { PoolClient } from 'pg'
import type { LibraryContext } from './library-context.ts'
import { lockAsset } from './lock-asset.ts'

/** What is to be deleted, by whom, and what that person was shown. */
export interface DeleteAssets {
  /** Each asset with the revision that was looked at; null takes it whatever it is now. */
  readonly assets: readonly { readonly id: string; readonly revision: number | null }[]
  /** How many assets the person was told would go. May be left out for a single one. */
  readonly count: number | null
  /** Deletes also what the app uses. */
  readonly force: boolean
  readonly by: string
  readonly reason?: string
}

/**
 * Puts assets into the trash, all or none. The person was shown how many go, so that the delete is approved when it comes to the
 * stores (gate 4). Rejects `confirmation_needed` (another number than there are), `asset_in_use` unless forced,
 * `asset_not_found`, `asset_trashed` and `revision_stale`.
 */
export async function deleteAssets(context: LibraryContext, request: DeleteAssets): Promise<{ trashed: string[] }> {
  const assets = [...new Map(request.assets.map((asset) => [asset.id, asset])).values()]
  assertCount(assets.length, request.count)
  const ids = await transaction(context.pool, async (client) => {
    const locked: string[] = []
    // In one order, so that two deletes of the same assets wait for each other instead of for ever.
    for (const { id, revision } of assets.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
      locked.push((await lockAsset(client, { id, revision, place: 'live' })).id)
    if (!request.force) await assertUnused(client, locked)
    await trash(client, locked, request)
    return locked
  })
  context.onChanged(ids, request.by)
  return { trashed: ids }
}

function assertCount(actual: number, shown: number | null): void {
  if (shown === null ? actual <= 1 : shown === actual) return
  throw new SyncwatchError(
    'confirmation_needed',
    shown === null
      ? `${actual} assets would be deleted. Send this number as "count" to confirm it.`
      : `${actual} assets would be deleted and not ${shown}. Nothing was deleted; look again, then confirm that number.`,
    { details: { count: actual } },
  )
}

/** The app's own references: deleting what a page shows breaks the page. */
async function assertUnused(client: PoolClient, ids: readonly string[]): Promise<void> {
  const usage = await query<AssetUsage & { asset_id: string; key: string }>(
    client,
    `SELECT usage.asset_id, asset.key, usage.used_in, usage.reference, usage.created_at
     FROM syncwatch.media_usage usage JOIN syncwatch.media_assets asset ON asset.id = usage.asset_id
     WHERE usage.asset_id = ANY ($1::uuid[]) ORDER BY asset.key, usage.used_in, usage.reference LIMIT 100`,
    [ids],
  )
  const [first] = usage
  if (first === undefined) return
  const assets = new Set(usage.map(({ asset_id }) => asset_id)).size
  const others = assets > 1 ? `, and ${assets - 1} more are in use` : ''
  throw new SyncwatchError(
    'asset_in_use',
    `"${first.key}" is used in ${first.used_in} ${first.reference}${others}. Nothing was deleted; with "force" it is deleted all the same.`,
    { details: { usage } },
  )
}

async function trash(client: PoolClient, ids: readonly string[], { by, reason }: DeleteAssets): Promise<void> {
  await query(
    client,
    `UPDATE syncwatch.media_assets
     SET trashed_at = now(), trashed_by = $2, trash_reason = $3, trash_approved_by = $2 WHERE id = ANY ($1::uuid[])`,
    [ids, by, reason ?? 'deleted'],
  )
}
