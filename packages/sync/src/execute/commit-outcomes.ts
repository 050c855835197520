import type { OperationId, StoreId } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import type { PoolClient } from 'pg'
import type { Outcome, TakenContent } from './outcome.ts'

export interface CommitScope {
  readonly storeId: StoreId
  readonly operationId: OperationId
  /** Which MIME types get dimensions and a thumbnail. */
  canInspect(mimeType: string): boolean
}

type Settled = Extract<Outcome, { content: TakenContent }>

/**
 * Writes outcomes in the caller's transaction, in a handful of statements however many there are. Returns the ids of the assets
 * that took them: one that another run changed meanwhile does not, and is looked at again by the next run. Writing the
 * same outcomes twice (a commit whose answer was lost) changes nothing.
 */
export async function commitOutcomes(
  client: PoolClient,
  outcomes: readonly Outcome[],
  scope: CommitScope,
): Promise<ReadonlySet<string>> {
  const settled = outcomes.filter((outcome): outcome is Settled => 'content' in outcome)
  await createAssets(client, settled)
  await updateAssets(client, settled, scope.operationId)
  const accepted = await acceptedAssets(client, settled)
  const agreed = settled.filter((outcome) => accepted.has(outcome.assetId))
  await announceAgreement(client, agreed, scope.storeId)
  await writeReplicas(client, agreed, scope.storeId)
  await requestDerivatives(client, agreed, scope)
  await markDifferent(client, outcomes)
  return accepted
}

function assetJson(outcomes: readonly Settled[]): string {
  return JSON.stringify(
    outcomes.map(({ assetId, row, content, ...rest }) => ({
      id: assetId,
      key: row.key,
      sha256: content.sha256,
      size: content.size,
      mime_type: content.mimeType,
      modified_at: content.object.modifiedAt,
      if_revision: rest.kind === 'updated' ? rest.ifRevision : null,
    })),
  )
}

const GIVEN = `json_to_recordset($1::json) AS given
  (id uuid, key text, sha256 text, size bigint, mime_type text, modified_at timestamptz, if_revision bigint)`

/** Content that was seen before has its dimensions already. */
async function createAssets(client: PoolClient, settled: readonly Settled[]): Promise<void> {
  const created = settled.filter((outcome) => outcome.kind === 'created')
  if (created.length === 0) return
  await query(
    client,
    `INSERT INTO syncwatch.media_assets (id, key, sha256, size, mime_type, content_modified_at, width, height)
     SELECT given.id, given.key, given.sha256, given.size, given.mime_type, given.modified_at, known.width, known.height
     FROM ${GIVEN}
     LEFT JOIN syncwatch.media_derivatives known
       ON known.sha256 = given.sha256 AND known.kind = 'dimensions' AND known.state = 'done'
     ORDER BY given.key
     ON CONFLICT (key) WHERE trashed_at IS NULL DO NOTHING`,
    [assetJson(created)],
  )
}

/** The old content stays reachable as a version. Rows are locked in one order, so that two runs cannot deadlock. */
async function updateAssets(client: PoolClient, settled: readonly Settled[], operationId: OperationId): Promise<void> {
  const updated = settled.filter((outcome) => outcome.kind === 'updated')
  if (updated.length === 0) return
  await query(
    client,
    `WITH locked AS (
       SELECT asset.*, given.sha256 AS new_sha256, given.size AS new_size, given.mime_type AS new_mime_type,
              given.modified_at AS new_modified_at
       FROM syncwatch.media_assets asset JOIN ${GIVEN}
         ON asset.id = given.id AND asset.content_rev = given.if_revision AND asset.trashed_at IS NULL
       ORDER BY asset.id FOR NO KEY UPDATE OF asset
     ), kept AS (
       INSERT INTO syncwatch.media_asset_versions (asset_id, key, sha256, size, mime_type, reason, operation_id)
       SELECT id, key, sha256, size, mime_type, 'replaced', $2 FROM locked WHERE sha256 IS NOT NULL
     )
     UPDATE syncwatch.media_assets asset
     SET sha256 = locked.new_sha256, size = locked.new_size, mime_type = locked.new_mime_type,
         content_modified_at = locked.new_modified_at, content_rev = asset.content_rev + 1,
         width = known.width, height = known.height
     FROM locked
     LEFT JOIN syncwatch.media_derivatives known
       ON known.sha256 = locked.new_sha256 AND known.kind = 'dimensions' AND known.state = 'done'
     WHERE asset.id = locked.id`,
    [assetJson(updated), operationId],
  )
}

/** Those that now hold the content they should: whatever else happened to the key, these two agree. */
async function acceptedAssets(client: PoolClient, settled: readonly Settled[]): Promise<ReadonlySet<string>> {
  if (settled.length === 0) return new Set()
  const rows = await query<{ id: string }>(
    client,
    `SELECT asset.id FROM syncwatch.media_assets asset JOIN ${GIVEN}
       ON asset.id = given.id AND asset.sha256 = given.sha256 AND asset.trashed_at IS NULL`,
    [assetJson(settled)],
  )
  return new Set(rows.map((row) => row.id))
}

/** What differed and agrees now: its asset is written too, so that whoever watches it is told. */
async function announceAgreement(client: PoolClient, agreed: readonly Settled[], storeId: StoreId): Promise<void> {
  const known = agreed.filter(({ row }) => row.replicaId !== null)
  if (known.length === 0) return
  await query(
    client,
    `UPDATE syncwatch.media_assets asset SET updated_at = now()
     FROM syncwatch.media_replicas base
     WHERE base.asset_id = asset.id AND base.store_id = $2 AND base.differs_since IS NOT NULL
       AND asset.id = ANY ($1::uuid[])`,
    [known.map(({ assetId }) => assetId), storeId],
  )
}

async function writeReplicas(client: PoolClient, agreed: readonly Settled[], storeId: StoreId): Promise<void> {
  if (agreed.length === 0) return
  const rows = agreed.map(({ assetId, row, content }) => ({
    asset_id: assetId,
    remote_id: content.object.remoteId,
    remote_key: row.key,
    remote_version: content.object.version,
    remote_size: content.size,
    remote_modified_at: content.object.modifiedAt,
    content_sha256: content.sha256,
  }))
  await query(
    client,
    `INSERT INTO syncwatch.media_replicas AS base
       (store_id, asset_id, remote_id, remote_key, remote_version, remote_size, remote_modified_at, content_sha256, verified_at)
     SELECT $2, given.*, now() FROM json_to_recordset($1::json) AS given
       (asset_id uuid, remote_id text, remote_key text, remote_version text, remote_size bigint,
        remote_modified_at timestamptz, content_sha256 text)
     ORDER BY given.asset_id
     ON CONFLICT (asset_id, store_id) DO UPDATE SET
       remote_id = excluded.remote_id, remote_key = excluded.remote_key, remote_version = excluded.remote_version,
       remote_size = excluded.remote_size, remote_modified_at = excluded.remote_modified_at,
       content_sha256 = excluded.content_sha256, verified_at = excluded.verified_at, state = 'present',
       tombstoned_at = NULL, differs_since = NULL, error_code = NULL, updated_at = now()`,
    [JSON.stringify(rows), storeId],
  )
}

async function requestDerivatives(client: PoolClient, agreed: readonly Settled[], scope: CommitScope): Promise<void> {
  const images = agreed.filter(({ content }) => content.size > 0 && scope.canInspect(content.mimeType))
  if (images.length === 0) return
  await query(
    client,
    `INSERT INTO syncwatch.media_derivatives (sha256, kind)
     SELECT sha256, 'thumbnail' FROM (SELECT DISTINCT unnest($1::text[]) AS sha256) given ORDER BY sha256
     ON CONFLICT DO NOTHING`,
    [images.map(({ content }) => content.sha256)],
  )
}

/** Only what was not known to differ is written: a difference that lasts costs nothing again. */
async function markDifferent(client: PoolClient, outcomes: readonly Outcome[]): Promise<void> {
  const rows = outcomes.flatMap((outcome) => {
    const { replicaId } = outcome.row
    if (replicaId === null || 'content' in outcome || outcome.kind === 'nothing') return []
    return [{ id: replicaId, error_code: outcome.kind === 'held' ? 'held_back' : outcome.code }]
  })
  if (rows.length === 0) return
  await query(
    client,
    `WITH changed AS (
       UPDATE syncwatch.media_replicas base
       SET differs_since = coalesce(base.differs_since, now()), error_code = given.error_code, updated_at = now()
       FROM json_to_recordset($1::json) AS given (id uuid, error_code text)
       WHERE base.id = given.id
         AND (base.differs_since IS NULL OR base.error_code IS DISTINCT FROM given.error_code)
       RETURNING base.asset_id
     )
     UPDATE syncwatch.media_assets SET updated_at = now() WHERE id IN (SELECT asset_id FROM changed)`,
    [JSON.stringify(rows)],
  )
}
