import type { StoreId } from '@syncwatch/core'
import type { Ledger, LedgerRun, StoreScope } from '../ports/ledger.ts'
import type { StoreIdentity } from '../ports/store.ts'
import { StoreCatalog } from '../stores/store-catalog.ts'
import type { StoreRecord } from '../stores/store-record.ts'
import { type PostgresLedgerOptions, PostgresLedgerRun } from './postgres-ledger-run.ts'
import { createRunTables } from './run-tables.ts'

/** Library and base in Postgres, for one operation. */
export class PostgresLedger implements Ledger {
  readonly #options: PostgresLedgerOptions
  readonly #catalog: StoreCatalog

  constructor(options: PostgresLedgerOptions) {
    this.#options = options
    this.#catalog = new StoreCatalog(options.pool)
  }

  store(id: StoreId): Promise<StoreRecord> {
    return this.#catalog.record(id)
  }

  recordIdentity(id: StoreId, identity: StoreIdentity): Promise<void> {
    return this.#catalog.recordIdentity(id, identity)
  }

  async open(storeId: StoreId, scope: StoreScope): Promise<LedgerRun> {
    const { pool, random, kind = 'full' } = this.#options
    const tables = await createRunTables(pool, storeId, random, kind)
    return new PostgresLedgerRun({
      ...this.#options,
      catalog: this.#catalog,
      storeId,
      scope,
      tables,
      runId: random.uuid(),
    })
  }
}
