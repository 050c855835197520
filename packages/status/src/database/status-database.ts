import { createHash } from 'node:crypto'
import { type Clock, isSyncwatchError, SyncwatchError } from '@syncwatch/core'
import {
  createPool,
  cutPool,
  fallsSilent,
  hearClients,
  poolerOf,
  query,
  quoteIdentifier,
  type TransactionOptions,
  toSyncwatchError,
  transaction,
} from '@syncwatch/database'
import pg from 'pg'

export interface StatusDatabaseOptions {
  pool?: pg.Pool | undefined
  databaseUrl?: string | undefined
  schema?: string | undefined
  onIdleError?: ((error: Error) => void) | undefined
}

/** Reads of ours take milliseconds; the longest, metrics over a full window, a few seconds on a slow machine. */
const ANSWER_WITHIN_MS = 20_000

/** A prepared statement that is not there, or one of its name that is there already. */
const LOST_STATEMENT: ReadonlySet<string> = new Set(['26000', '42P05'])

/** The way to the status tables. Connects with the first query; a pool that was given is never closed here. */
export class StatusDatabase {
  /** The schema, quoted, as the queries take it. */
  readonly schema: string
  readonly #options: StatusDatabaseOptions
  #pool: pg.Pool | null
  #prepares: boolean | null = null
  readonly #names = new Map<string, string>()
  #closed = false

  constructor(options: StatusDatabaseOptions) {
    this.#options = options
    this.schema = quoteIdentifier(options.schema ?? 'public')
    this.#pool = options.pool ?? null
    if (this.#pool !== null) hearClients(this.#pool)
  }

  /** Throws `configuration_invalid` without an address, `shutting_down` after `close`. */
  get pool(): pg.Pool {
    if (this.#closed) throw new SyncwatchError('shutting_down', 'The status manager was stopped.')
    this.#pool ??= this.#createPool()
    return this.#pool
  }

  /** `withinMs` bounds the wait for a server that has stopped answering without closing its connections. */
  query<Row extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
    withinMs = ANSWER_WITHIN_MS,
  ): Promise<Row[]> {
    return Promise.resolve().then(() => query<Row>(this.pool, text, values, { withinMs }))
  }

  /**
   * One statement whose connection is told to `writing` before it runs, because the notification of its commit will carry
   * that process id. `writing` returns what to call when nothing was committed. Each connection prepares it once.
   */
  async queryAs<Row extends pg.QueryResultRow>(
    writing: (processId: number) => () => void,
    text: string,
    values: readonly unknown[],
  ): Promise<Row[]> {
    const client = await this.#connect()
    const undo = writing((client as { processID?: number }).processID ?? 0)
    let broken: Error | undefined
    // While checked out the client reports a lost connection here and nowhere else.
    const onError = (error: Error) => {
      broken = error
    }
    client.on('error', onError)
    try {
      return await this.#prepared<Row>(client, text, values)
    } catch (error) {
      undo()
      if (isSyncwatchError(error, 'database_unavailable')) broken ??= error
      throw error
    } finally {
      client.off('error', onError)
      client.release(broken)
    }
  }

  transaction<Result>(
    work: (client: pg.PoolClient) => Promise<Result>,
    options: TransactionOptions = {},
  ): Promise<Result> {
    return Promise.resolve().then(() => transaction(this.pool, work, options))
  }

  /** A connection of its own, for LISTEN. */
  createClient(): pg.Client {
    return new pg.Client({ ...this.pool.options, password: this.pool.options.password })
  }

  /** Closes the pool if it was made here. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    if (this.#pool !== null && this.#options.pool === undefined) await this.#pool.end()
  }

  /** See `fallsSilent` of the database; false too where nothing has been connected. */
  async fallsSilent(clock: Clock, signal: AbortSignal): Promise<boolean> {
    if (this.#pool !== null) return await fallsSilent(this.#pool, clock, signal)
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    return false
  }

  /** Closes without waiting for a server that does not answer. Who waits for a pool that was given goes on to wait. */
  cut(): void {
    this.#closed = true
    if (this.#pool !== null && this.#options.pool === undefined) cutPool(this.#pool)
  }

  /**
   * Parsing and planning a flush anew costs a tenth of it. Behind a transaction pooler a prepared statement may be gone by the
   * next use, or be there already; that is said before anything has run, and from then on nothing is prepared.
   */
  async #prepared<Row extends pg.QueryResultRow>(
    client: pg.PoolClient,
    text: string,
    values: readonly unknown[],
  ): Promise<Row[]> {
    this.#prepares ??= poolerOf(this.pool.options.connectionString ?? '') === 'none'
    if (!this.#prepares) return query<Row>(client, text, values)
    try {
      return await query<Row>(client, text, values, { name: this.#nameOf(text) })
    } catch (error) {
      if (!isSyncwatchError(error) || !LOST_STATEMENT.has(String(error.details.sqlstate))) throw error
      this.#prepares = false
      return query<Row>(client, text, values)
    }
  }

  /** By its text: another version of this code must not come upon a statement that is not its own. */
  #nameOf(text: string): string {
    const known = this.#names.get(text)
    if (known !== undefined) return known
    const name = `syncwatch_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`
    this.#names.set(text, name)
    return name
  }

  async #connect(): Promise<pg.PoolClient> {
    const { pool } = this
    try {
      return await pool.connect()
    } catch (error) {
      throw toSyncwatchError(error)
    }
  }

  #createPool(): pg.Pool {
    const url = this.#options.databaseUrl ?? process.env.DATABASE_URL
    if (url === undefined || url === '')
      throw new SyncwatchError(
        'configuration_invalid',
        'No database is configured: set DATABASE_URL, or give databaseUrl or pool to createSyncStatusManager.',
      )
    const { onIdleError } = this.#options
    return createPool({ url, applicationName: 'syncwatch-status', ...(onIdleError && { onIdleError }) })
  }
}
