import { type OperationId, SyncwatchError } from '@syncwatch/core'
import { plainArray, query, textArray } from '@syncwatch/database'
import type { PoolClient } from 'pg'
import type { AssetMetadata } from '../ports/asset-metadata.ts'
import type { AssetWrite } from '../ports/ledger.ts'
import type { LockedAsset } from './accept-entries.ts'
import { targetKey } from './accept-entries.ts'

type Create = Extract<AssetWrite, { kind: 'create' }>
type Change = Extract<AssetWrite, { kind: 'change' }>
type Trash = Extract<AssetWrite, { kind: 'trash' }>
type KeepVersion = Extract<AssetWrite, { kind: 'keep-version' }>

/** Writes changes of assets whose conditions were seen to hold, in a handful of statements however many there are. */
export async function writeAssets(
  client: PoolClient,
  writes: readonly AssetWrite[],
  locked: ReadonlyMap<string, LockedAsset>,
  operationId: OperationId,
): Promise<void> {
  await keepVersions(
    client,
    writes.filter((write) => write.kind === 'keep-version'),
    operationId,
  )
  await trashAssets(
    client,
    writes.filter((write) => write.kind === 'trash'),
  )
  const changes = writes.filter((write) => write.kind === 'change')
  await makeWay(client, changes, locked)
  await keepReplaced(
    client,
    changes.filter(({ content }) => content !== null),
    operationId,
  )
  await changeAssets(client, changes)
  await createAssets(
    client,
    writes.filter((write) => write.kind === 'create'),
  )
}

async function keepVersions(client: PoolClient, kept: readonly KeepVersion[], operationId: OperationId): Promise<void> {
  if (kept.length === 0) return
  const rows = kept.map(({ id, key, content, reason }) => ({ asset_id: id, key, reason, ...contentColumns(content) }))
  await query(
    client,
    `INSERT INTO syncwatch.media_asset_versions
       (asset_id, key, sha256, size, mime_type, content_modified_at, reason, operation_id)
     SELECT given.asset_id, given.key, given.sha256, given.size, given.mime_type, given.content_modified_at, given.reason, $2
     FROM json_to_recordset($1::json) AS given
       (asset_id uuid, key text, sha256 text, size bigint, mime_type text, content_modified_at timestamptz, reason text)
     WHERE NOT EXISTS (
       SELECT FROM syncwatch.media_asset_versions there
       WHERE there.asset_id = given.asset_id AND there.sha256 = given.sha256)`,
    [JSON.stringify(rows), operationId],
  )
}

async function trashAssets(client: PoolClient, trashed: readonly Trash[]): Promise<void> {
  if (trashed.length === 0) return
  await query(
    client,
    `UPDATE syncwatch.media_assets asset SET trashed_at = now(), trashed_by = NULL, trash_reason = given.reason
     FROM json_to_recordset($1::json) AS given (id uuid, reason text) WHERE asset.id = given.id`,
    [JSON.stringify(trashed.map(({ id, reason }) => ({ id, reason })))],
  )
}

/** Names that are swapped or handed on within the group go through a name that nobody has. */
async function makeWay(
  client: PoolClient,
  changes: readonly Change[],
  locked: ReadonlyMap<string, LockedAsset>,
): Promise<void> {
  const moving = changes.filter(
    (write) => targetKey(write, locked) !== undefined && locked.get(write.id)?.trashed === false,
  )
  if (moving.length < 2) return
  const left = new Set(moving.map(({ id }) => locked.get(id)?.key))
  const between = moving.filter(({ key }) => key !== null && left.has(key))
  if (between.length === 0) return
  await query(
    client,
    `UPDATE syncwatch.media_assets SET key = '.syncwatch-moving-' || id WHERE id = ANY ($1::uuid[])`,
    [moving.map(({ id }) => id)],
  )
}

/** The old content stays reachable as a version. */
async function keepReplaced(client: PoolClient, replaced: readonly Change[], operationId: OperationId): Promise<void> {
  if (replaced.length === 0) return
  const rows = replaced.map(({ id, content }) => ({ id, sha256: content?.sha256 }))
  await query(
    client,
    `INSERT INTO syncwatch.media_asset_versions
       (asset_id, key, sha256, size, mime_type, metadata, content_modified_at, reason, operation_id)
     SELECT asset.id, asset.key, asset.sha256, asset.size, asset.mime_type,
            jsonb_build_object('display_name', asset.display_name, 'description', asset.description,
                               'alt_text', asset.alt_text, 'tags', to_jsonb(asset.tags), 'custom', asset.custom),
            asset.content_modified_at, 'replaced', $2
     FROM json_to_recordset($1::json) AS given (id uuid, sha256 text)
     JOIN syncwatch.media_assets asset ON asset.id = given.id
     WHERE asset.sha256 IS NOT NULL AND asset.sha256 <> given.sha256`,
    [JSON.stringify(rows), operationId],
  )
}

async function changeAssets(client: PoolClient, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return
  const rows = changes.map(({ id, key, content, metadata, restore }) => ({
    id,
    key,
    restore,
    with_content: content !== null,
    with_metadata: metadata !== null,
    ...contentColumns(content),
    ...metadataColumns(metadata),
  }))
  await query(
    client,
    `UPDATE syncwatch.media_assets asset SET
       key = coalesce(given.key, asset.key),
       sha256 = CASE WHEN with_content THEN given.sha256 ELSE asset.sha256 END,
       size = CASE WHEN with_content THEN given.size ELSE asset.size END,
       mime_type = CASE WHEN with_content THEN given.mime_type ELSE asset.mime_type END,
       content_modified_at = CASE WHEN with_content THEN given.content_modified_at ELSE asset.content_modified_at END,
       width = CASE WHEN with_content AND given.sha256 IS DISTINCT FROM asset.sha256 THEN known.width ELSE asset.width END,
       height = CASE WHEN with_content AND given.sha256 IS DISTINCT FROM asset.sha256 THEN known.height ELSE asset.height END,
       display_name = CASE WHEN with_metadata THEN given.display_name ELSE asset.display_name END,
       description = CASE WHEN with_metadata THEN given.description ELSE asset.description END,
       alt_text = CASE WHEN with_metadata THEN given.alt_text ELSE asset.alt_text END,
       tags = CASE WHEN with_metadata THEN given.tags ELSE asset.tags END,
       custom = CASE WHEN with_metadata THEN given.custom ELSE asset.custom END,
       trashed_at = CASE WHEN given.restore THEN NULL ELSE asset.trashed_at END,
       trashed_by = CASE WHEN given.restore THEN NULL ELSE asset.trashed_by END,
       trash_reason = CASE WHEN given.restore THEN NULL ELSE asset.trash_reason END,
       trash_approved_by = CASE WHEN given.restore THEN NULL ELSE asset.trash_approved_by END
     FROM json_to_recordset($1::json) AS given
       (id uuid, key text, restore boolean, with_content boolean, with_metadata boolean, ${CONTENT_TYPES}, ${METADATA_TYPES})
     LEFT JOIN syncwatch.media_derivatives known
       ON known.sha256 = given.sha256 AND known.kind = 'dimensions' AND known.state = 'done'
     WHERE asset.id = given.id`,
    [JSON.stringify(rows)],
  )
}

/** Content that was seen before has its dimensions already. Somebody who took the key in this moment makes the group start again. */
async function createAssets(client: PoolClient, created: readonly Create[]): Promise<void> {
  if (created.length === 0) return
  const contents = created.map(({ content }) => content)
  const described = created.map(({ metadata }) => metadata)
  const made = await query(
    client,
    `INSERT INTO syncwatch.media_assets
       (id, key, sha256, size, mime_type, content_modified_at, display_name, description, alt_text, tags, custom, width, height)
     SELECT given.id, given.key, given.sha256, given.size, given.mime_type, given.content_modified_at,
            given.display_name, given.description, given.alt_text, given.tags::text[], given.custom, known.width, known.height
     FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::timestamptz[], $7::text[], $8::text[],
                 $9::text[], $10::text[], $11::jsonb[]) AS given
       (id, key, sha256, size, mime_type, content_modified_at, display_name, description, alt_text, tags, custom)
     LEFT JOIN syncwatch.media_derivatives known
       ON known.sha256 = given.sha256 AND known.kind = 'dimensions' AND known.state = 'done'
     ORDER BY given.key
     ON CONFLICT DO NOTHING RETURNING id`,
    [
      plainArray(created.map(({ id }) => id)),
      textArray(created.map(({ key }) => key)),
      textArray(contents.map(({ sha256 }) => sha256)),
      plainArray(contents.map(({ size }) => size)),
      textArray(contents.map(({ mimeType }) => mimeType)),
      textArray(contents.map(({ modifiedAt }) => modifiedAt)),
      textArray(described.map(({ display_name }) => display_name)),
      textArray(described.map(({ description }) => description)),
      textArray(described.map(({ alt_text }) => alt_text)),
      // An array of arrays would come apart to its last element.
      textArray(described.map(({ tags }) => textArray(tags))),
      textArray(described.map(({ custom }) => JSON.stringify(custom))),
    ],
  )
  if (made.length < created.length)
    throw new SyncwatchError('asset_changed', 'Another writer took the name of a new asset in this moment.')
}

const CONTENT_TYPES = 'sha256 text, size bigint, mime_type text, content_modified_at timestamptz'
const METADATA_TYPES = 'display_name text, description text, alt_text text, tags text[], custom jsonb'

function contentColumns(content: Create['content'] | null) {
  if (content === null) return {}
  const { sha256, size, mimeType, modifiedAt } = content
  return { sha256, size, mime_type: mimeType, content_modified_at: modifiedAt }
}

function metadataColumns(metadata: AssetMetadata | null) {
  if (metadata === null) return {}
  const { display_name, description, alt_text, tags, custom } = metadata
  return { display_name, description, alt_text, tags, custom }
}
