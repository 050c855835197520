import type { Random, StoreId } from '@syncwatch/core'
import { plainArray, query, textArray } from '@syncwatch/database'
import type { PoolClient } from 'pg'
import type { BaseWrite } from '../ports/ledger.ts'

type Agree = Extract<BaseWrite, { kind: 'agree' }>

/** Writes what both sides agree on, or do not, now. */
export async function writeBases(
  client: PoolClient,
  bases: readonly BaseWrite[],
  storeId: StoreId,
  random: Random,
): Promise<void> {
  await agree(
    client,
    bases.filter((base) => base.kind === 'agree'),
    storeId,
    random,
  )
  await bury(
    client,
    bases.filter((base) => base.kind === 'tombstone'),
  )
  await release(
    client,
    bases.filter((base) => base.kind === 'release'),
  )
  await announceMoves(
    client,
    bases.filter((base) => base.kind === 'moving'),
  )
  await markDifferent(
    client,
    bases.filter((base) => base.kind === 'differs'),
  )
  await markVerified(
    client,
    bases.filter((base) => base.kind === 'verified'),
  )
}

async function agree(client: PoolClient, agreed: readonly Agree[], storeId: StoreId, random: Random): Promise<void> {
  if (agreed.length === 0) return
  await announceAgreement(client, agreed, storeId)
  const objects = agreed.map(({ object }) => object)
  await query(
    client,
    `INSERT INTO syncwatch.media_replicas AS base
       (id, store_id, asset_id, remote_id, remote_key, remote_version, remote_size, remote_modified_at, content_sha256,
        agreed_metadata, remote_metadata_version, library_revision, verified_at)
     SELECT given.id, $1, given.asset_id, given.remote_id, given.remote_key, given.remote_version, given.remote_size,
            given.remote_modified_at, given.content_sha256, given.agreed_metadata, given.remote_metadata_version,
            coalesce(given.revision, asset.revision), now()
     FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::timestamptz[], $9::text[],
                 $10::jsonb[], $11::text[], $12::bigint[]) AS given
       (id, asset_id, remote_id, remote_key, remote_version, remote_size, remote_modified_at, content_sha256,
        agreed_metadata, remote_metadata_version, revision)
     JOIN syncwatch.media_assets asset ON asset.id = given.asset_id
     ORDER BY given.asset_id
     ON CONFLICT (asset_id, store_id) DO UPDATE SET
       remote_id = excluded.remote_id, remote_key = excluded.remote_key, remote_version = excluded.remote_version,
       remote_size = excluded.remote_size, remote_modified_at = excluded.remote_modified_at,
       content_sha256 = excluded.content_sha256, agreed_metadata = excluded.agreed_metadata,
       remote_metadata_version = excluded.remote_metadata_version, library_revision = excluded.library_revision,
       verified_at = excluded.verified_at, state = 'present', tombstoned_at = NULL, tombstone_cause = NULL,
       approved_by = NULL, moving_to = NULL, differs_since = NULL, error_code = NULL, updated_at = now()`,
    [
      storeId,
      // An id that is given costs a tenth of one that the table makes.
      plainArray(agreed.map(() => random.uuid())),
      plainArray(agreed.map(({ assetId }) => assetId)),
      textArray(objects.map(({ remoteId }) => remoteId)),
      textArray(objects.map(({ key }) => key)),
      textArray(objects.map(({ version }) => version)),
      plainArray(objects.map(({ size }) => size)),
      textArray(objects.map(({ modifiedAt }) => modifiedAt)),
      textArray(agreed.map(({ sha256 }) => sha256)),
      textArray(agreed.map(({ metadata }) => JSON.stringify(metadata))),
      textArray(objects.map(({ metadataVersion }) => metadataVersion)),
      plainArray(agreed.map(({ revision }) => revision)),
    ],
  )
}

/**
 * What was not in sync with this store and is now: its asset is written too, so that whoever watches it is told. One that this
 * transaction has written is told of anyway. One look at an index for each asset: a join would be planned with the statistics of
 * before the run, and go through all that the run has written so far.
 */
async function announceAgreement(client: PoolClient, agreed: readonly Agree[], storeId: StoreId): Promise<void> {
  await query(
    client,
    // What the trigger would fill in, so that it is not called for each row.
    `UPDATE syncwatch.media_assets asset
     SET updated_at = now(), rev = asset.rev + 1, changed_xid = pg_current_xact_id()
     WHERE asset.id = ANY ($1::uuid[]) AND asset.changed_xid <> pg_current_xact_id()
       AND (SELECT base.state = 'present' AND base.differs_since IS NULL AND base.library_revision = asset.revision
            FROM syncwatch.media_replicas base
            WHERE base.asset_id = asset.id AND base.store_id = $2) IS NOT TRUE`,
    [agreed.map(({ assetId }) => assetId), storeId],
  )
}

/** Before the store is asked: where neither name has an id that stays, nothing else would tell whose object the new one is. */
async function announceMoves(
  client: PoolClient,
  moving: readonly Extract<BaseWrite, { kind: 'moving' }>[],
): Promise<void> {
  if (moving.length === 0) return
  await query(
    client,
    `UPDATE syncwatch.media_replicas base SET remote_key = given."from", moving_to = given."to", updated_at = now()
     FROM json_to_recordset($1::json) AS given ("replicaId" uuid, "from" text, "to" text)
     WHERE base.id = given."replicaId" AND base.state = 'present'`,
    [JSON.stringify(moving)],
  )
}

async function bury(client: PoolClient, gone: readonly Extract<BaseWrite, { kind: 'tombstone' }>[]): Promise<void> {
  if (gone.length === 0) return
  await query(
    client,
    `UPDATE syncwatch.media_replicas base SET state = 'tombstone', remote_version = given.version,
       tombstoned_at = coalesce(base.tombstoned_at, now()), tombstone_cause = given.cause, approved_by = given.approved_by,
       differs_since = NULL, error_code = NULL, updated_at = now()
     FROM json_to_recordset($1::json) AS given (id uuid, version text, cause text, approved_by text)
     WHERE base.id = given.id`,
    [
      JSON.stringify(
        gone.map(({ replicaId, version, cause, approvedBy }) => ({
          id: replicaId,
          version,
          cause,
          approved_by: approvedBy,
        })),
      ),
    ],
  )
}

async function release(client: PoolClient, bases: readonly { readonly replicaId: string }[]): Promise<void> {
  if (bases.length === 0) return
  await query(client, 'DELETE FROM syncwatch.media_replicas WHERE id = ANY ($1::uuid[])', [
    bases.map(({ replicaId }) => replicaId),
  ])
}

/** Only what was not known to differ is written: a difference that lasts costs nothing again. */
async function markDifferent(
  client: PoolClient,
  differing: readonly Extract<BaseWrite, { kind: 'differs' }>[],
): Promise<void> {
  if (differing.length === 0) return
  await query(
    client,
    `WITH changed AS (
       UPDATE syncwatch.media_replicas base
       SET differs_since = coalesce(base.differs_since, now()), error_code = given.code, updated_at = now()
       FROM json_to_recordset($1::json) AS given (id uuid, code text)
       WHERE base.id = given.id AND (base.differs_since IS NULL OR base.error_code IS DISTINCT FROM given.code)
       RETURNING base.asset_id
     )
     UPDATE syncwatch.media_assets SET updated_at = now() WHERE id IN (SELECT asset_id FROM changed)`,
    [JSON.stringify(differing.map(({ replicaId, code }) => ({ id: replicaId, code })))],
  )
}

async function markVerified(client: PoolClient, bases: readonly { readonly replicaId: string }[]): Promise<void> {
  if (bases.length === 0) return
  await query(
    client,
    `UPDATE syncwatch.media_replicas SET verified_at = now(), differs_since = NULL, error_code = NULL
     WHERE id = ANY ($1::uuid[])`,
    [bases.map(({ replicaId }) => replicaId)],
  )
}
