import { type AssetId, isUuid, SyncwatchError } from '@syncwatch/core'
import { type Queryable, query } from '@syncwatch/database'
import type { PoolClient } from 'pg'
import type { AssetMetadata } from '../ports/asset-metadata.ts'

/** An asset as a change of it begins. Size is bytes, times are ISO. */
export interface AssetState extends AssetMetadata {
  readonly id: AssetId
  readonly revision: number
  readonly key: string
  readonly sha256: string | null
  readonly size: number
  readonly mime_type: string | null
  readonly content_modified_at: string | null
  readonly trashed_at: string | null
}

const COLUMNS = `id, revision, key, sha256, size, mime_type, content_modified_at, trashed_at,
  display_name, description, alt_text, tags, custom`

/** What a change wants: an asset that is live, or one in the trash, and the revision that it was decided on (null: whatever it has). */
export interface Wanted {
  readonly id: string
  readonly revision: number | null
  readonly place: 'live' | 'trash'
}

/** Locks an asset until the end of the transaction. Rejects `asset_not_found`, `asset_trashed` and `revision_stale`. */
export async function lockAsset(client: PoolClient, wanted: Wanted): Promise<AssetState> {
  return check(await read(client, wanted.id, 'FOR NO KEY UPDATE'), wanted)
}

/** The same without a lock, to refuse early what would be refused at the end. */
export async function peekAsset(on: Queryable, wanted: Wanted): Promise<AssetState> {
  return check(await read(on, wanted.id, ''), wanted)
}

async function read(on: Queryable, id: string, lock: string): Promise<AssetState | undefined> {
  if (!isUuid(id)) return undefined
  const [row] = await query<AssetState & Record<string, unknown>>(
    on,
    `SELECT ${COLUMNS} FROM syncwatch.media_assets WHERE id = $1 ${lock}`,
    [id],
  )
  return row
}

function check(asset: AssetState | undefined, { id, revision, place }: Wanted): AssetState {
  if (asset === undefined) throw new SyncwatchError('asset_not_found', `There is no asset "${id.slice(0, 64)}".`)
  if (place === 'live' && asset.trashed_at !== null)
    throw new SyncwatchError('asset_trashed', `"${asset.key}" is in the trash. Restore it first.`)
  if (place === 'trash' && asset.trashed_at === null)
    throw new SyncwatchError('asset_not_found', `"${asset.key}" is not in the trash.`)
  if (revision !== null && asset.revision !== revision)
    throw new SyncwatchError(
      'revision_stale',
      `"${asset.key}" was changed since: it has revision ${asset.revision} and not ${revision}. Read it again, then decide anew.`,
      { details: { revision: asset.revision, given: revision } },
    )
  return asset
}
