import pg from 'pg'
import { toSyncwatchError } from '../errors/to-syncwatch-error.ts'
import { rememberClients } from './cut-connection.ts'
import { hearClients } from './hear-clients.ts'
import { sqlTypes } from './sql-types.ts'

export interface PoolOptions {
  /** `postgres://user:password@host:port/database`. */
  url: string
  /** Shown in `pg_stat_activity`. */
  applicationName?: string
  /** Most connections at once. */
  max?: number
  /** Milliseconds; how long a caller waits for a connection before `database_unavailable`. */
  connectionTimeoutMs?: number
  /** Milliseconds; 0 means never. No statement of ours takes longer than five seconds by design. */
  statementTimeoutMs?: number
  /** Milliseconds a statement waits for a row or table lock before `database_busy`. */
  lockTimeoutMs?: number
  /** Milliseconds; ends a transaction that somebody forgot open, because an old snapshot slows every flush. */
  idleInTransactionTimeoutMs?: number
  /**
   * `transaction` behind a pooler that gives a connection for one transaction only (Supabase's port 6543, PgBouncer): no
   * session settings are made then, because they would leak to others or be refused; timeouts count within
   * `transaction()` alone. Unless given, it is told by the address, see `poolerOf`.
   */
  pooler?: 'none' | 'transaction'
  /** Told of a connection that broke while idle. The pool replaces it by itself. */
  onIdleError?: (error: Error) => void
}

/** Makes a pool whose values are those of `sqlTypes`. It opens no connection before the first query. */
export function createPool(options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.applicationName ?? 'syncwatch',
    max: options.max ?? 10,
    connectionTimeoutMillis: options.connectionTimeoutMs ?? 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    types: sqlTypes,
    ...((options.pooler ?? poolerOf(options.url)) === 'transaction' ? {} : sessionSettings(options)),
  })
  rememberClients(pool)
  hearClients(pool)
  pool.on('error', (error) => options.onIdleError?.(toSyncwatchError(error)))
  return pool
}

/** Tells a transaction pooler by the port that Supabase gives it, 6543, or by `?pgbouncer=true`, as others mark it. */
export function poolerOf(url: string): 'none' | 'transaction' {
  if (!URL.canParse(url)) return 'none'
  const { port, searchParams } = new URL(url)
  return port === '6543' || searchParams.get('pgbouncer') === 'true' ? 'transaction' : 'none'
}

function sessionSettings(options: PoolOptions): pg.PoolConfig {
  return {
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    lock_timeout: options.lockTimeoutMs ?? 5_000,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs ?? 60_000,
    // Answers in UTC need no arithmetic, see parseTimestamptz.
    options: '-c TimeZone=UTC -c DateStyle=ISO',
  }
}
