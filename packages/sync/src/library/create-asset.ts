import { type AssetDetail, SyncwatchError } from '@syncwatch/core'
import { query, transaction } from '@syncwatch/database'
import type { Pool, PoolClient } from 'pg'
import { parseAssetKey } from './asset-key.ts'
import { type IncomingContent, takeContent } from './incoming-content.ts'
import { refusingTakenKey } from './key-taken.ts'
import type { LibraryContext } from './library-context.ts'
import { readDetail } from './read-detail.ts'
import { requestThumbnail } from './set-content.ts'

/** An asset that was made, or the one that was there already with the same content under the same key. */
export interface CreatedAsset {
  readonly asset: AssetDetail
  readonly created: boolean
}

/**
 * Makes an asset of a stream of bytes. The same bytes under the same key again are the asset that is there, so an upload whose answer
 * was lost can be repeated. Rejects `asset_exists`, `item_name_invalid`, `item_outside_root`, `payload_too_large`, `disk_full`.
 */
export async function createAsset(
  context: LibraryContext,
  key: string,
  stream: AsyncIterable<Uint8Array>,
  { by, signal }: { readonly by: string; readonly signal?: AbortSignal },
): Promise<CreatedAsset> {
  parseAssetKey(key)
  const content = await takeContent(context, stream, key, signal)
  const known = await sameAsset(context.pool, key, content.sha256)
  if (known !== null) return { asset: await readDetail(context.pool, known), created: false }
  const id = await refusingTakenKey(context.pool, key, () =>
    transaction(context.pool, (client) => insert(client, key, content, context)),
  )
  context.onContent()
  context.onChanged([id], by)
  return { asset: await readDetail(context.pool, id), created: true }
}

async function sameAsset(pool: Pool, key: string, sha256: string): Promise<string | null> {
  const [row] = await query<{ id: string }>(
    pool,
    'SELECT id FROM syncwatch.media_assets WHERE key = $1 AND sha256 = $2 AND trashed_at IS NULL',
    [key, sha256],
  )
  return row?.id ?? null
}

async function insert(
  client: PoolClient,
  key: string,
  content: IncomingContent,
  { clock, inspector }: LibraryContext,
): Promise<string> {
  const modifiedAt = new Date(clock.now()).toISOString()
  const [row] = await query<{ id: string }>(
    client,
    `INSERT INTO syncwatch.media_assets (key, sha256, size, mime_type, content_modified_at, width, height)
     SELECT $1, $2, $3, $4, $5, max(known.width), max(known.height) FROM syncwatch.media_derivatives known
     WHERE known.sha256 = $2 AND known.kind = 'dimensions' AND known.state = 'done' RETURNING id`,
    [key, content.sha256, content.size, content.mimeType, modifiedAt],
  )
  if (row === undefined) throw new SyncwatchError('internal', 'An insert gave no row.')
  await requestThumbnail(client, { ...content, modifiedAt }, inspector)
  return row.id
}
