import {
  type ErrorCode,
  isSyncwatchError,
  isUuid,
  type OperationId,
  type StoreId,
  type StoreKind,
  type StoreMode,
  type StoreSummary,
  SyncwatchError,
} from '@syncwatch/core'
import { query } from '@syncwatch/database'
import type { Pool } from 'pg'
import { z } from 'zod'
import type { FinishedRun } from '../ports/ledger.ts'
import type { StoreIdentity } from '../ports/store.ts'
import type { StoreRecord } from './store-record.ts'
import { nextRun } from './store-schedule.ts'
import { storePrefixes, storeSentinel } from './store-scope.ts'
import { STORE_SUMMARY_COLUMNS } from './store-summary-sql.ts'

const storeMode = z.enum(['two-way', 'pull', 'push'])
const conflictPolicy = z.enum(['keep-both', 'newer', 'library', 'store', 'manual'])

/** What can be changed of a connected store. What is left out stays. */
export const editStoreSchema = z.strictObject({
  name: z.string().trim().min(1).max(100).optional(),
  mode: storeMode.optional(),
  /** A paused store is synced by hand alone: not by its schedule, not after a change on either side. */
  paused: z.boolean().optional(),
  conflict_policy: conflictPolicy.optional(),
  /** Deletes within 24 hours before a person is asked; null for the default of max(10, 10 %). */
  delete_limit: z.int().nonnegative().nullable().optional(),
  /** Five cron fields in UTC; null for by hand. */
  schedule: z.string().max(200).nullable().optional(),
  /** The folders that are synced; empty for everything. What is no longer among them stays as it is on both sides. */
  prefixes: storePrefixes.optional(),
  /** A file of the store that must be there before anything counts as deleted; null for none. */
  sentinel: storeSentinel.optional(),
})
export type EditStore = z.infer<typeof editStoreSchema>

/** What is needed to connect a store. */
export const createStoreSchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  kind: z.enum(['folder', 's3', 'cloudinary', 'webdav']),
  /** A path or an address, without credentials. */
  location: z.string().min(1).max(4096),
  mode: storeMode.default('two-way'),
  content_mode: z.enum(['full', 'reference']).default('full'),
  conflict_policy: conflictPolicy.default('keep-both'),
  prefixes: storePrefixes.optional(),
  sentinel: storeSentinel.optional(),
  config: z.record(z.string(), z.unknown()).default({}),
})
export type CreateStore = z.input<typeof createStoreSchema>

/** The connected stores: the table `syncwatch.stores`. */
export class StoreCatalog {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /** Connects a store. Rejects `invalid_input` and `store_exists` (a name or a place that is connected already). */
  async create(input: CreateStore): Promise<StoreSummary> {
    const parsed = createStoreSchema.safeParse(input)
    if (!parsed.success) throw new SyncwatchError('invalid_input', z.prettifyError(parsed.error))
    const store = parsed.data
    if (await this.findByLocation(store.kind, store.location))
      throw new SyncwatchError('store_exists', `${store.location} is connected already.`)
    try {
      const [row] = await query<{ id: string } & StoreSummary>(
        this.#pool,
        `INSERT INTO syncwatch.stores (name, kind, location, mode, content_mode, config, conflict_policy)
         VALUES ($1, $2, $3, $4, $5, $6::jsonb || $8::jsonb, $7) RETURNING ${STORE_SUMMARY_COLUMNS}`,
        [
          store.name,
          store.kind,
          store.location,
          store.mode,
          store.content_mode,
          JSON.stringify(store.config),
          store.conflict_policy,
          configured(store),
        ],
      )
      return row as StoreSummary
    } catch (error) {
      throw nameTaken(error, store.name)
    }
  }

  /**
   * Changes how a store is synced, from its next run on; `now` is what its schedule counts from. Rejects `store_not_found`,
   * `store_exists` (a name that another has) and `invalid_input` (a schedule that cannot be read).
   */
  async edit(id: string, edit: EditStore, now: Date): Promise<StoreSummary> {
    const store = await this.get(id)
    const schedule = edit.schedule === undefined ? store.schedule : edit.schedule
    const next = schedule === null ? null : nextRun(schedule, now)
    const name = edit.name ?? store.name
    try {
      await query(
        this.#pool,
        `UPDATE syncwatch.stores SET name = $2, conflict_policy = $3, delete_limit = $4, schedule = $5,
           next_run_at = CASE WHEN schedule IS NOT DISTINCT FROM $5 THEN next_run_at ELSE $6 END,
           mode = $7, is_paused = coalesce($8, is_paused), config = config || $9::jsonb
         WHERE id = $1`,
        [
          store.id,
          name,
          edit.conflict_policy ?? store.conflict_policy,
          edit.delete_limit === undefined ? store.delete_limit : edit.delete_limit,
          schedule,
          next,
          edit.mode ?? store.mode,
          edit.paused ?? null,
          configured(edit),
        ],
      )
    } catch (error) {
      throw nameTaken(error, name)
    }
    return this.get(store.id)
  }

  /** All stores, by name. They are few, so there are no pages. */
  list(): Promise<StoreSummary[]> {
    return query<StoreSummary>(
      this.#pool,
      `SELECT ${STORE_SUMMARY_COLUMNS} FROM syncwatch.stores ORDER BY name COLLATE "C"`,
    )
  }

  /** Rejects `store_not_found`. */
  async get(id: string): Promise<StoreSummary> {
    const [row] = isUuid(id)
      ? await query<StoreSummary>(this.#pool, `SELECT ${STORE_SUMMARY_COLUMNS} FROM syncwatch.stores WHERE id = $1`, [
          id,
        ])
      : []
    return row ?? missing(id)
  }

  async findByLocation(kind: StoreKind, location: string): Promise<StoreSummary | null> {
    const [row] = await query<StoreSummary>(
      this.#pool,
      `SELECT ${STORE_SUMMARY_COLUMNS} FROM syncwatch.stores WHERE kind = $1 AND location = $2`,
      [kind, location],
    )
    return row ?? null
  }

  /**
   * Disconnects a store: its base is forgotten, the library and the store keep what they have. Rejects `store_not_found`,
   * and `store_busy` while a run is under way.
   */
  async remove(id: string): Promise<void> {
    const store = await this.get(id)
    const gone = await query(
      this.#pool,
      `DELETE FROM syncwatch.stores WHERE id = $1 AND state <> 'syncing' RETURNING id`,
      [store.id],
    )
    if (gone.length === 0)
      throw new SyncwatchError('store_busy', `A run on "${store.name}" is under way. Cancel it first.`)
  }

  /** Forgets who the store was, so that the next run takes whatever answers at its place. For a person who knows. */
  async forgetIdentity(id: string): Promise<void> {
    const store = await this.get(id)
    await query(
      this.#pool,
      'UPDATE syncwatch.stores SET identity = NULL, identity_place = NULL, identity_copy = NULL WHERE id = $1',
      [store.id],
    )
  }

  /** What a run needs to know. Rejects `store_not_found`. */
  async record(id: StoreId): Promise<StoreRecord> {
    interface Row extends Omit<StoreRecord, 'identity'> {
      identity: string | null
      identity_place: string | null
      identity_copy: string | null
    }
    const [row] = await query<Row>(
      this.#pool,
      `SELECT id, name, kind, mode, content_mode, conflict_policy, delete_limit, location, config, identity, identity_place,
              identity_copy
       FROM syncwatch.stores WHERE id = $1`,
      [id],
    )
    if (row === undefined) return missing(id)
    const { identity, identity_place, identity_copy, ...store } = row
    return {
      ...store,
      mode: row.mode as StoreMode,
      identity: { marker: identity, place: identity_place, copy: identity_copy },
    }
  }

  /** Marks the beginning of a run. */
  async begin(id: StoreId, operationId: OperationId): Promise<void> {
    await query(
      this.#pool,
      `UPDATE syncwatch.stores SET state = 'syncing', last_operation_id = $2
       WHERE id = $1 AND (state <> 'syncing' OR last_operation_id IS DISTINCT FROM $2)`,
      [id, operationId],
    )
  }

  async recordIdentity(id: StoreId, identity: StoreIdentity): Promise<void> {
    await query(
      this.#pool,
      `UPDATE syncwatch.stores SET identity = $2, identity_place = $3, identity_copy = $4
       WHERE id = $1 AND (identity, identity_place, identity_copy) IS DISTINCT FROM ($2, $3, $4)`,
      [id, identity.marker, identity.place, identity.copy ?? null],
    )
  }

  /**
   * Marks the end of a run that went through. A complete listing is one row of `store_runs`: an asset that was not among
   * its differences was verified then, without being written.
   */
  async finish(id: StoreId, run: FinishedRun): Promise<void> {
    if (run.complete !== null)
      await query(
        this.#pool,
        `INSERT INTO syncwatch.store_runs (id, store_id, operation_id, started_at, listed, differed)
         VALUES ($1, $2, $1, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE SET finished_at = now(), listed = excluded.listed, differed = excluded.differed`,
        [run.operationId, id, run.startedAt, run.complete.listed, run.complete.differed],
      )
    await query(
      this.#pool,
      `UPDATE syncwatch.stores SET
         state = 'idle', last_error = NULL, failed_count = $2,
         differ_count = CASE WHEN $3::boolean THEN $4::bigint ELSE differ_count END,
         verified_at = CASE WHEN $3::boolean THEN now() ELSE verified_at END,
         converged_at = CASE WHEN $3::boolean AND $4::bigint = 0 AND $2::bigint = 0 THEN now() ELSE converged_at END,
         asset_count = CASE WHEN $5::boolean THEN
           (SELECT count(*) FROM syncwatch.media_replicas WHERE store_id = $1 AND state = 'present') ELSE asset_count END,
         total_bytes = CASE WHEN $5::boolean THEN
           (SELECT coalesce(sum(remote_size), 0) FROM syncwatch.media_replicas WHERE store_id = $1 AND state = 'present')
           ELSE total_bytes END
       WHERE id = $1`,
      [id, run.failed, run.complete !== null, run.unsettled, run.changed],
    )
  }

  /** Marks the end of a run that did not go through: cancelled without an error, failed with one. */
  async interrupt(id: StoreId, error: { code: ErrorCode; message: string } | null): Promise<void> {
    const state = error?.code === 'store_unavailable' ? 'unavailable' : 'idle'
    await query(this.#pool, 'UPDATE syncwatch.stores SET state = $2, last_error = $3 WHERE id = $1', [
      id,
      state,
      error === null ? null : JSON.stringify(error),
    ])
  }

  /** Base rows that differed once and do not any more, now that a complete listing did not show them. */
  async clearDifferences(id: StoreId, plan: string): Promise<void> {
    await query(
      this.#pool,
      `WITH changed AS (
         UPDATE syncwatch.media_replicas base
         SET differs_since = NULL, error_code = NULL, verified_at = now(), updated_at = now()
         WHERE base.store_id = $1 AND base.differs_since IS NOT NULL
           AND NOT EXISTS (SELECT FROM ${plan} planned WHERE planned.replica_id = base.id)
         RETURNING base.asset_id
       )
       UPDATE syncwatch.media_assets SET updated_at = now() WHERE id IN (SELECT asset_id FROM changed)`,
      [id],
    )
  }
}

/** The settings that are kept in `config`, as JSON: those that are given. */
function configured({ prefixes, sentinel }: Pick<EditStore, 'prefixes' | 'sentinel'>): string {
  return JSON.stringify({ prefixes, sentinel })
}

function nameTaken(error: unknown, name: string): unknown {
  if (!isSyncwatchError(error) || error.details.constraint !== 'stores_name_key') return error
  return new SyncwatchError('store_exists', `A store named "${name}" is connected already.`, { cause: error })
}

function missing(id: string): never {
  throw new SyncwatchError('store_not_found', `There is no store "${id.slice(0, 64)}".`)
}
