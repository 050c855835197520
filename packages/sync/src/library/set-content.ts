import { query } from '@syncwatch/database'
import type { PoolClient } from 'pg'
import type { MediaInspector } from '../ports/media-inspector.ts'
import type { AssetState } from './lock-asset.ts'

/** Content that an asset is to have. The vault must have it. */
export interface NewContent {
  readonly sha256: string
  readonly size: number
  readonly mimeType: string | null
  /** When it was last changed, ISO. */
  readonly modifiedAt: string | null
}

/** Why the content before is only a version now. */
export type VersionReason = 'replaced' | 'restored' | 'conflict' | 'undo'

/**
 * Gives a locked asset other content, in the caller's transaction; what it had stays reachable as a version. Resolves to the
 * version's id, null where the content is the same or there was none.
 */
export async function setContent(
  client: PoolClient,
  before: AssetState,
  content: NewContent,
  { by, reason, inspector }: { by: string; reason: VersionReason; inspector: MediaInspector },
): Promise<string | null> {
  if (before.sha256 === content.sha256) return null
  const version = await keepVersion(client, before, by, reason)
  await query(
    client,
    `UPDATE syncwatch.media_assets
     SET sha256 = $2, size = $3, mime_type = $4, content_modified_at = $5,
         (width, height) = (SELECT max(known.width), max(known.height) FROM syncwatch.media_derivatives known
           WHERE known.sha256 = $2 AND known.kind = 'dimensions' AND known.state = 'done')
     WHERE id = $1`,
    [before.id, content.sha256, content.size, content.mimeType, content.modifiedAt],
  )
  await requestThumbnail(client, content, inspector)
  return version
}

/** Asks media jobs to look at content, unless they did already. */
export async function requestThumbnail(
  client: PoolClient,
  { sha256, size, mimeType }: NewContent,
  inspector: MediaInspector,
): Promise<void> {
  if (size === 0 || mimeType === null || !inspector.canInspect(mimeType)) return
  await query(
    client,
    `INSERT INTO syncwatch.media_derivatives (sha256, kind) VALUES ($1, 'thumbnail') ON CONFLICT DO NOTHING`,
    [sha256],
  )
}

async function keepVersion(
  client: PoolClient,
  before: AssetState,
  by: string,
  reason: VersionReason,
): Promise<string | null> {
  if (before.sha256 === null) return null
  const { display_name, description, alt_text, tags, custom } = before
  const [row] = await query<{ id: string }>(
    client,
    `INSERT INTO syncwatch.media_asset_versions
       (asset_id, key, sha256, size, mime_type, metadata, content_modified_at, reason, replaced_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id`,
    [
      before.id,
      before.key,
      before.sha256,
      before.size,
      before.mime_type,
      JSON.stringify({ display_name, description, alt_text, tags, custom }),
      before.content_modified_at,
      reason,
      by,
    ],
  )
  return row?.id ?? null
}
