import type { AssetId, StoreId } from '@syncwatch/core'
import { type Queryable, query } from '@syncwatch/database'
import { readDecisions } from '../conflicts/decisions.ts'
import { foldKey } from '../plan/fold-key.ts'
import { type AssetMetadata, type JsonValue, NO_METADATA } from '../ports/asset-metadata.ts'
import type { PlannedRow } from '../ports/ledger.ts'
import type { StoreObject } from '../ports/store.ts'
import type { BaseSide, LibrarySide, ThreeTrees } from '../reconcile/three-trees.ts'
import type { RunTables } from './run-tables.ts'

/** What a page of the plan is read for. */
export interface ReadPlanned {
  readonly storeId: StoreId
  readonly runId: string
  /** Whether the listing missed nothing. */
  readonly complete: boolean
  readonly names: 'exact' | 'folded'
}

interface Row {
  seq: number
  key: string | null
  remote_id: string | null
  version: string | null
  size: number | null
  modified_at: string | null
  metadata_version: string | null
  twin: string | null
  taken_library: boolean
  taken_store: boolean
  taken_library_at: string | null
  taken_store_at: string | null
  replica_id: string | null
  base_state: 'present' | 'tombstone' | null
  base_key: string
  base_version: string
  base_sha256: string | null
  base_metadata: Partial<AssetMetadata>
  base_metadata_version: string | null
  moving_to: string | null
  differs: boolean
  missing_ms: number | null
  asset_id: AssetId | null
  asset_key: string
  revision: number
  sha256: string | null
  asset_size: number | null
  mime_type: string | null
  content_modified_at: string | null
  metadata_modified_at: string | null
  display_name: string | null
  description: string | null
  alt_text: string | null
  tags: string[]
  custom: { [name: string]: JsonValue }
  trashed: boolean
  trash_approved_by: string | null
}

/** The next rows of the plan by keyset, with the trees as they are now: a snapshot is open no longer than this takes. */
export async function readPlanned(
  on: Queryable,
  tables: RunTables,
  reading: ReadPlanned,
  after: number,
  limit: number,
): Promise<PlannedRow[]> {
  const rows = await query<Row & Record<string, unknown>>(on, planSql(tables), [
    after,
    limit,
    reading.storeId,
    reading.runId,
  ])
  const assets = rows.flatMap(({ asset_id }) => asset_id ?? [])
  const decisions = await readDecisions(on, reading.storeId, assets)
  const twins = reading.names === 'folded' ? await foldedTwins(on, tables, rows) : new Map<number, string>()
  return rows.map((row) => {
    const planned = plannedRow(row, reading.complete)
    const decision = row.asset_id === null ? undefined : decisions.get(row.asset_id)
    const { library, store } = planned.trees
    const version = typeof store === 'string' ? null : store.version
    const holds =
      decision !== undefined &&
      decision.libraryRevision === (library === null || library.trashed ? null : library.revision) &&
      decision.storeVersion === version
    return {
      ...planned,
      twin: planned.twin ?? twins.get(row.seq) ?? null,
      decision: holds ? { conflictId: decision.conflictId, policy: decision.policy } : null,
    }
  })
}

function planSql(tables: RunTables): string {
  return `
    -- By itself first: else all that is left of the plan is joined for some of it.
    WITH page AS MATERIALIZED (SELECT * FROM ${tables.plan} WHERE seq > $1 ORDER BY seq LIMIT $2)
    SELECT plan.seq, plan.key, plan.remote_id, plan.version, plan.size, plan.modified_at, plan.metadata_version, plan.twin,
           plan.taken_library, plan.taken_store, plan.taken_library_at, plan.taken_store_at, base.id AS replica_id, base.state AS base_state, base.remote_key AS base_key,
           base.remote_version AS base_version, base.content_sha256 AS base_sha256, base.agreed_metadata AS base_metadata,
           base.remote_metadata_version AS base_metadata_version, base.moving_to,
           coalesce(base.differs_since IS NOT NULL, false) AS differs,
           (extract(epoch FROM now() - absent.first_missing_at) * 1000)::bigint AS missing_ms,
           asset.id AS asset_id, asset.key AS asset_key, asset.revision, asset.sha256, asset.size AS asset_size,
           asset.mime_type, asset.content_modified_at, asset.metadata_modified_at, asset.display_name, asset.description, asset.alt_text, asset.tags,
           asset.custom, asset.trashed_at IS NOT NULL AS trashed, asset.trash_approved_by
    FROM page plan
    LEFT JOIN syncwatch.media_replicas base ON base.id = plan.replica_id
    LEFT JOIN syncwatch.media_assets asset ON asset.id = plan.asset_id
    LEFT JOIN syncwatch.absent_keys absent
      ON plan.key IS NULL AND absent.store_id = $3 AND absent.key = base.remote_key AND absent.first_missing_run <> $4
    ORDER BY plan.seq`
}

function plannedRow(row: Row, complete: boolean): Omit<PlannedRow, 'decision'> {
  const object = objectOf(row)
  const library = libraryOf(row)
  const base = row.base_state === 'present' ? baseOf(row) : null
  const trees: ThreeTrees = {
    base,
    tombstone: row.base_state === 'tombstone' ? { version: row.base_version } : null,
    library,
    store: object === null ? (complete ? 'absent' : 'unknown') : { ...object, sha256: null, metadata: null },
    taken: takenOf(row),
    rivals: { library: row.taken_library_at, store: row.taken_store_at },
  }
  return {
    seq: row.seq,
    key: row.key ?? library?.key ?? row.base_key,
    trees,
    assetId: row.asset_id,
    replicaId: row.replica_id,
    object,
    movingTo: base === null ? null : row.moving_to,
    size: row.asset_size,
    mimeType: row.mime_type,
    twin: row.twin,
    missingForMs: row.missing_ms,
    approvedBy: row.trashed ? row.trash_approved_by : null,
    knownToDiffer: row.differs,
  }
}

function takenOf({ taken_library, taken_store }: Row): ThreeTrees['taken'] {
  if (taken_library) return taken_store ? 'both' : 'library'
  return taken_store ? 'store' : 'no'
}

function objectOf(row: Row): StoreObject | null {
  if (row.key === null || row.version === null) return null
  return {
    key: row.key,
    remoteId: row.remote_id,
    version: row.version,
    size: row.size ?? 0,
    modifiedAt: row.modified_at,
    metadataVersion: row.metadata_version,
  }
}

function baseOf(row: Row): BaseSide {
  return {
    key: row.base_key,
    version: row.base_version,
    sha256: row.base_sha256,
    metadata: { ...NO_METADATA, ...row.base_metadata },
    metadataVersion: row.base_metadata_version,
  }
}

function libraryOf(row: Row): LibrarySide | null {
  if (row.asset_id === null) return null
  return {
    key: row.asset_key,
    revision: row.revision,
    sha256: row.sha256,
    metadata: {
      display_name: row.display_name,
      description: row.description,
      alt_text: row.alt_text,
      tags: row.tags,
      custom: row.custom,
    },
    modifiedAt: row.content_modified_at,
    metadataModifiedAt: row.metadata_modified_at,
    trashed: row.trashed,
  }
}

/** For a store that cannot tell such names apart: assets that are to get a name there which another object has already. */
async function foldedTwins(
  on: Queryable,
  tables: RunTables,
  rows: readonly Row[],
): Promise<ReadonlyMap<number, string>> {
  const wanted = new Map<string, Row[]>()
  for (const row of rows) {
    if (row.asset_id === null || row.trashed || row.asset_key === row.key) continue
    const fold = foldKey(row.asset_key)
    wanted.set(fold, [...(wanted.get(fold) ?? []), row])
  }
  if (wanted.size === 0) return new Map()
  const found = await query<{ key: string; fold: string }>(
    on,
    `SELECT key, coalesce(fold, key) AS fold FROM ${tables.listing} WHERE coalesce(fold, key) = ANY ($1::text[])`,
    [[...wanted.keys()]],
  )
  const twins = new Map<number, string>()
  for (const { key, fold } of found)
    for (const row of wanted.get(fold) ?? []) if (key !== row.asset_key && key !== row.key) twins.set(row.seq, key)
  return twins
}
