import { type ConflictSideRow, SyncwatchError } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import type { PoolClient } from 'pg'
import type { LibraryContext } from '../library/library-context.ts'
import type { AssetState } from '../library/lock-asset.ts'
import { setContent, type VersionReason } from '../library/set-content.ts'

export interface GiveSide {
  readonly side: ConflictSideRow | null
  readonly other: ConflictSideRow | null
  readonly by: string
  readonly reason: VersionReason
}

/**
 * Makes a locked asset what one side of its conflict was: its content, or its metadata where the contents were the same, or in the
 * trash where that side had deleted it. Rejects `conflict_decided` where the vault does not have that content.
 */
export async function giveSide(
  client: PoolClient,
  context: LibraryContext,
  asset: AssetState,
  { side, other, by, reason }: GiveSide,
): Promise<void> {
  if (side === null) return trash(client, asset, by)
  if (asset.trashed_at !== null) await restore(client, asset)
  if (side.sha256 !== null && side.sha256 === other?.sha256) return describe(client, asset, side)
  const { sha256, size, mime_type: mimeType, modified_at: modifiedAt } = side
  if (sha256 === null || !(await context.vault.has(sha256, size)))
    throw new SyncwatchError(
      'conflict_decided',
      `The content that "${side.key}" had on that side is not in the vault any more.`,
    )
  await setContent(client, asset, { sha256, size, mimeType, modifiedAt }, { by, reason, inspector: context.inspector })
}

async function trash(client: PoolClient, { id }: AssetState, by: string): Promise<void> {
  await query(
    client,
    `UPDATE syncwatch.media_assets SET trashed_at = now(), trashed_by = $2, trash_reason = 'conflict', trash_approved_by = $2
     WHERE id = $1 AND trashed_at IS NULL`,
    [id, by],
  )
}

async function restore(client: PoolClient, { id }: AssetState): Promise<void> {
  await query(
    client,
    `UPDATE syncwatch.media_assets SET trashed_at = NULL, trashed_by = NULL, trash_reason = NULL, trash_approved_by = NULL
     WHERE id = $1`,
    [id],
  )
}

async function describe(client: PoolClient, { id }: AssetState, { metadata }: ConflictSideRow): Promise<void> {
  await query(
    client,
    `UPDATE syncwatch.media_assets SET display_name = $2, description = $3, alt_text = $4, tags = $5, custom = $6
     WHERE id = $1`,
    [
      id,
      metadata.display_name,
      metadata.description,
      metadata.alt_text,
      metadata.tags,
      JSON.stringify(metadata.custom),
    ],
  )
}
