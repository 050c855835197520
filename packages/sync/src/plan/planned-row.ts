import { query } from '@syncwatch/database'
import type { Pool } from 'pg'
import type { StoreObject } from '../ports/store.ts'
import type { Comparison } from '../reconcile/comparison.ts'
import type { RunTables } from './run-tables.ts'

/** A key on which the three trees do not agree. */
export interface PlannedRow {
  readonly seq: number
  readonly key: string
  readonly assetId: string | null
  readonly replicaId: string | null
  readonly comparison: Comparison
  /** What the listing showed, null where it did not. */
  readonly object: StoreObject | null
  /** Another key in the store that is the same name where case or Unicode form do not count (R25). */
  readonly twin: string | null
}

interface Row {
  seq: number
  key: string
  asset_id: string | null
  content_rev: number | null
  library_sha256: string | null
  replica_id: string | null
  base_version: string | null
  base_sha256: string | null
  seen: boolean
  remote_id: string | null
  version: string | null
  size: number | null
  modified_at: string | null
  twin: string | null
}

/** The next rows of the plan by keyset: a snapshot is open no longer than this statement takes. */
export async function readPlan(pool: Pool, tables: RunTables, after: number, limit: number): Promise<PlannedRow[]> {
  const rows = await query<Row>(pool, `SELECT * FROM ${tables.plan} WHERE seq > $1 ORDER BY seq LIMIT $2`, [
    after,
    limit,
  ])
  return rows.map(plannedRow)
}

function plannedRow(row: Row): PlannedRow {
  const object = objectOf(row)
  return {
    seq: row.seq,
    key: row.key,
    assetId: row.asset_id,
    replicaId: row.replica_id,
    comparison: {
      base: row.base_version === null ? null : { version: row.base_version, sha256: row.base_sha256 ?? '' },
      library: row.library_sha256 === null ? null : { revision: row.content_rev ?? 0, sha256: row.library_sha256 },
      store: object === null ? 'absent' : { version: object.version, sha256: null },
    },
    object,
    twin: row.twin,
  }
}

function objectOf(row: Row): StoreObject | null {
  if (!row.seen || row.version === null) return null
  return {
    key: row.key,
    remoteId: row.remote_id,
    version: row.version,
    size: row.size ?? 0,
    modifiedAt: row.modified_at,
    metadataVersion: null,
  }
}
