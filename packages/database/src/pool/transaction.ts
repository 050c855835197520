import type pg from 'pg'
import { toSyncwatchError } from '../errors/to-syncwatch-error.ts'

export interface TransactionOptions {
  /** Milliseconds, for this transaction alone. */
  lockTimeoutMs?: number
  statementTimeoutMs?: number
  isolation?: 'read committed' | 'repeatable read' | 'serializable'
  readOnly?: boolean
}

/**
 * Runs `work` in one transaction: committed when it resolves, rolled back when it rejects. Rejects with a
 * `SyncwatchError`; nothing is retried here.
 */
export async function transaction<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Result>,
  options: TransactionOptions = {},
): Promise<Result> {
  const client = await connect(pool)
  let broken: Error | undefined
  // While checked out the client reports a lost connection here and nowhere else.
  const onError = (error: Error) => {
    broken = error
  }
  client.on('error', onError)
  try {
    await client.query(opening(options))
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    broken ??= await rollback(client)
    throw toSyncwatchError(error)
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw toSyncwatchError(error)
  }
}

function opening(options: TransactionOptions): string {
  const modes = [
    options.isolation === undefined ? '' : ` ISOLATION LEVEL ${options.isolation.toUpperCase()}`,
    options.readOnly === true ? ' READ ONLY' : '',
  ]
  const statements = [`BEGIN${modes.filter((mode) => mode !== '').join(',')}`]
  if (options.lockTimeoutMs !== undefined) statements.push(`SET LOCAL lock_timeout = ${Number(options.lockTimeoutMs)}`)
  if (options.statementTimeoutMs !== undefined)
    statements.push(`SET LOCAL statement_timeout = ${Number(options.statementTimeoutMs)}`)
  return statements.join('; ')
}

/** A connection that cannot even roll back is given back as broken, so that nobody inherits its open transaction. */
async function rollback(client: pg.PoolClient): Promise<Error | undefined> {
  try {
    await client.query('ROLLBACK')
    return undefined
  } catch (error) {
    return toSyncwatchError(error)
  }
}
