import type { AssetId, Random, StoreId } from '@syncwatch/core'
import { query, transaction } from '@syncwatch/database'
import type { OperationRun } from '@syncwatch/status-manager'
import type { Pool, PoolClient } from 'pg'
import type { ClosedGate } from '../plan/gate.ts'
import { type Approval, addHeldRows, type HeldRow, holdPlan, makeHeldTable, readApproval } from '../plan/held-plans.ts'
import type {
  Compared,
  CompareOptions,
  ContentHolder,
  FinishedRun,
  LedgerEntry,
  LedgerRun,
  PlannedRow,
  StoreScope,
  TakenName,
} from '../ports/ledger.ts'
import type { StoreObject } from '../ports/store.ts'
import type { StoreCatalog } from '../stores/store-catalog.ts'
import { commitEntries } from './commit-entries.ts'
import { countPlan } from './count-plan.ts'
import { ListingCopy } from './listing-copy.ts'
import { matchTrees } from './match-trees.ts'
import { readPlanned } from './read-planned.ts'
import { dropRunTables, type RunTables } from './run-tables.ts'

/** How long one statement of a comparison may take: it is about everything that a store has. */
const COMPARE_MS = 30 * 60_000

export interface PostgresLedgerOptions {
  readonly pool: Pool
  /** Whose fence every commit is under. */
  readonly run: Pick<OperationRun, 'id' | 'itemsWithin'>
  readonly random: Random
  /** Which MIME types get dimensions and a thumbnail. */
  canInspect(mimeType: string): boolean
  /** `beside`: a run on a few assets next to a full run of the same store. */
  readonly kind?: 'full' | 'beside'
}

export interface PostgresLedgerRunOptions extends PostgresLedgerOptions {
  readonly catalog: StoreCatalog
  readonly storeId: StoreId
  readonly scope: StoreScope
  readonly tables: RunTables
  /** Tells the absences that this run noticed from those of earlier ones. */
  readonly runId: string
}

/** A run's listing and plan in tables of its own, and everything else in those of the library. */
export class PostgresLedgerRun implements LedgerRun {
  readonly #options: PostgresLedgerRunOptions
  readonly #listing: ListingCopy
  #compared: CompareOptions | null = null
  #heldTable: Promise<void> | null = null

  constructor(options: PostgresLedgerRunOptions) {
    this.#options = options
    this.#listing = new ListingCopy(options.pool, options.tables)
  }

  stage(objects: readonly StoreObject[]): Promise<void> {
    const { scope } = this.#options
    const inside = scope.prefixes.length === 0 ? objects : objects.filter(({ key }) => isInside(key, scope))
    return this.#listing.add(inside)
  }

  async compare(options: CompareOptions): Promise<Compared> {
    const { pool, tables, storeId, scope } = this.#options
    this.#compared = options
    const remember = options.complete && options.listing === 'eventual' && options.only === null
    const where = { storeId, scope }
    const counted = await transaction(
      pool,
      async (client) => {
        // A tenth of the usual sample tells how many rows there are and how unlike each other; to take it costs a fifth.
        await query(client, 'SET LOCAL default_statistics_target = 10')
        // Without statistics the join that follows would be planned for an empty table.
        await query(client, `ANALYZE ${tables.listing}`)
        await matchTrees(client, tables, where, options)
        if (remember) await this.#rememberAbsences(client)
        return countPlan(client, tables, where)
      },
      { statementTimeoutMs: COMPARE_MS },
    )
    const { base, absentInStore, deletedInLibrary, changedInStore, changedInLibrary, outOfScope, ...numbers } = counted
    return {
      ...numbers,
      counts: { base, absentInStore, deletedInLibrary, changedInStore, changedInLibrary, outOfScope },
      scopeChanged: await this.#scopeChanged(),
    }
  }

  read(after: number, limit: number): Promise<PlannedRow[]> {
    const { pool, tables, storeId, runId } = this.#options
    const { complete = false, names = 'exact' } = this.#compared ?? {}
    return readPlanned(pool, tables, { storeId, runId, complete, names }, after, limit)
  }

  commit(entries: readonly LedgerEntry[]): Promise<readonly boolean[]> {
    return commitEntries(entries, this.#options)
  }

  async taken(keys: readonly string[]): Promise<ReadonlyMap<string, TakenName>> {
    const rows = await query<{ id: AssetId; key: string; sha256: string | null; modified_at: Date | null }>(
      this.#options.pool,
      `SELECT id, key, sha256, content_modified_at AS modified_at FROM syncwatch.media_assets
       WHERE key = ANY ($1::text[]) AND trashed_at IS NULL`,
      [keys],
    )
    return new Map(
      rows.map(({ id, key, sha256, modified_at }) => [
        key,
        { id, sha256, modifiedAt: modified_at?.toISOString() ?? null },
      ]),
    )
  }

  async based(keys: readonly string[], except: string | null = null): Promise<ReadonlySet<string>> {
    const rows = await query<{ key: string }>(
      this.#options.pool,
      `SELECT remote_key AS key FROM syncwatch.media_replicas
       WHERE store_id = $1 AND state = 'present' AND remote_key = ANY ($2::text[]) AND id IS DISTINCT FROM $3::uuid`,
      [this.#options.storeId, keys, except],
    )
    return new Set(rows.map(({ key }) => key))
  }

  elsewhere(sha256: string): Promise<ContentHolder[]> {
    return query<ContentHolder & Record<string, unknown>>(
      this.#options.pool,
      `SELECT base.store_id AS "storeId", store.name AS "storeName", base.remote_key AS key, base.remote_version AS version,
         base.moving_to AS "movingTo", coalesce(base.error_code = 'not_found', false) AS lost
       FROM syncwatch.media_assets asset
       JOIN syncwatch.media_replicas base ON base.asset_id = asset.id
       JOIN syncwatch.stores store ON store.id = base.store_id
       WHERE asset.sha256 = $1 AND base.state = 'present' AND base.content_sha256 = $1
       ORDER BY store.name, base.remote_key LIMIT 20`,
      [sha256],
    )
  }

  approval(): Promise<Approval | null> {
    return readApproval(this.#options.pool, this.#options.storeId)
  }

  async keepHeld(rows: readonly HeldRow[]): Promise<void> {
    const { pool, tables } = this.#options
    this.#heldTable ??= makeHeldTable(pool, tables.held)
    await this.#heldTable
    await addHeldRows(pool, tables.held, rows)
  }

  async hold(gates: readonly ClosedGate[]): Promise<void> {
    const { pool, run, storeId, tables } = this.#options
    await transaction(pool, async (client) => {
      // The fence: another attempt may have held back something else by now.
      await run.itemsWithin(client, [])
      if (this.#heldTable !== null) await holdPlan(client, { storeId, operationId: run.id, gates, table: tables.held })
      else
        await query(
          client,
          `UPDATE syncwatch.held_plans SET state = CASE WHEN state = 'approved' THEN 'done' ELSE 'expired' END
           WHERE store_id = $1 AND state IN ('pending', 'approved')`,
          [storeId],
        )
    })
  }

  async releaseOutside(): Promise<number> {
    const { pool, run, storeId, scope } = this.#options
    if (scope.prefixes.length === 0) return 0
    const release = async (client: PoolClient) => {
      await run.itemsWithin(client, [])
      const [released] = await query<{ count: number }>(
        client,
        `WITH released AS (
           DELETE FROM syncwatch.media_replicas WHERE store_id = $1 AND NOT remote_key ^@ ANY ($2::text[]) RETURNING id
         ) SELECT count(*) AS count FROM released`,
        [storeId, scope.prefixes],
      )
      return released?.count ?? 0
    }
    return transaction(pool, release, { statementTimeoutMs: COMPARE_MS })
  }

  adoptScope(): Promise<void> {
    const { pool, run, storeId, scope } = this.#options
    return transaction(pool, async (client) => {
      await run.itemsWithin(client, [])
      await query(client, 'UPDATE syncwatch.stores SET scope = $2 WHERE id = $1', [storeId, JSON.stringify(scope)])
    })
  }

  async finish(run: FinishedRun): Promise<void> {
    const { catalog, storeId, tables } = this.#options
    if (run.complete !== null) await catalog.clearDifferences(storeId, tables.plan)
    await catalog.finish(storeId, run)
  }

  close(): Promise<void> {
    return dropRunTables(this.#options.pool, this.#options.tables)
  }

  async #scopeChanged(): Promise<boolean> {
    const { pool, storeId, scope } = this.#options
    const [row] = await query<{ changed: boolean }>(
      pool,
      `SELECT coalesce(scope -> 'prefixes', '[]') <> $2::jsonb AS changed FROM syncwatch.stores WHERE id = $1`,
      [storeId, JSON.stringify(scope.prefixes)],
    )
    return row?.changed ?? false
  }

  /** Gate 3: what a complete listing missed is remembered with the time, until one shows it again. */
  async #rememberAbsences(client: PoolClient): Promise<void> {
    const { tables, storeId, runId } = this.#options
    const absent = `SELECT base.remote_key FROM ${tables.plan} plan
      JOIN syncwatch.media_replicas base ON base.id = plan.replica_id AND base.state = 'present' WHERE plan.key IS NULL`
    await query(client, `DELETE FROM syncwatch.absent_keys WHERE store_id = $1 AND key NOT IN (${absent})`, [storeId])
    await query(
      client,
      `INSERT INTO syncwatch.absent_keys (store_id, key, first_missing_run)
       SELECT DISTINCT $1::uuid, remote_key, $2::uuid FROM (${absent}) gone
       ON CONFLICT (store_id, key) DO UPDATE SET first_missing_at = now()
       WHERE absent_keys.first_missing_at > now()`,
      [storeId, runId],
    )
  }
}

function isInside(key: string, { prefixes }: StoreScope): boolean {
  return prefixes.some((prefix) => key.startsWith(prefix))
}
