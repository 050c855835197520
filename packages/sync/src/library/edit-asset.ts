import type { AssetDetail } from '@syncwatch/core'
import { query, transaction } from '@syncwatch/database'
import type { PoolClient } from 'pg'
import type { AssetEdit } from './asset-edit-schema.ts'
import { joinKey, parseAssetKey, splitKey } from './asset-key.ts'
import { refusingTakenKey } from './key-taken.ts'
import type { EditedBy, LibraryContext } from './library-context.ts'
import { type AssetState, lockAsset, peekAsset } from './lock-asset.ts'
import { readDetail } from './read-detail.ts'

/**
 * Renames, moves and describes an asset in one step. An edit that changes nothing raises no revision and tells no store. Rejects
 * `asset_not_found`, `asset_trashed`, `revision_stale`, `asset_exists`, `item_name_invalid` and `item_outside_root`.
 */
export async function editAsset(
  context: LibraryContext,
  id: string,
  edit: AssetEdit,
  { by, revision }: EditedBy,
): Promise<AssetDetail> {
  const wanted = { id, revision, place: 'live' } as const
  const key = editedKey(await peekAsset(context.pool, wanted), edit)
  const changed = await refusingTakenKey(context.pool, key, () =>
    transaction(context.pool, async (client) => {
      const before = await lockAsset(client, wanted)
      return (await write(client, before, { ...edited(before, edit), key })) > before.revision
    }),
  )
  if (changed) context.onChanged([id], by)
  return readDetail(context.pool, id)
}

type Editable = Pick<AssetState, 'key' | 'display_name' | 'description' | 'alt_text' | 'tags' | 'custom'>

function editedKey(before: AssetState, edit: AssetEdit): string {
  const { folder, name } = splitKey(before.key)
  const key = edit.key ?? joinKey((edit.folder ?? folder).replace(/^\/|\/$/g, ''), edit.name ?? name)
  // A name that came from a store may be one that we would not make: it is refused only where it is chosen.
  return key === before.key ? key : parseAssetKey(key)
}

function edited(before: AssetState, edit: AssetEdit): Omit<Editable, 'key'> {
  return {
    display_name: edit.display_name === undefined ? before.display_name : edit.display_name,
    description: edit.description === undefined ? before.description : edit.description,
    alt_text: edit.alt_text === undefined ? before.alt_text : edit.alt_text,
    tags: edit.tags === undefined ? before.tags : [...new Set(edit.tags)].sort(),
    custom: edit.custom === undefined ? before.custom : (edit.custom as AssetState['custom']),
  }
}

/** Resolves to the revision that it has then; a trigger raises it where a value became another one. */
async function write(client: PoolClient, { id }: AssetState, after: Editable): Promise<number> {
  const [row] = await query<{ revision: number }>(
    client,
    `UPDATE syncwatch.media_assets
     SET key = $2, display_name = $3, description = $4, alt_text = $5, tags = $6, custom = $7
     WHERE id = $1 RETURNING revision`,
    [id, after.key, after.display_name, after.description, after.alt_text, after.tags, JSON.stringify(after.custom)],
  )
  return row?.revision ?? 0
}
