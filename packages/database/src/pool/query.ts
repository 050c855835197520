import type pg from 'pg'
import { toSyncwatchError } from '../errors/to-syncwatch-error.ts'
import { sqlTypes } from './sql-types.ts'

/** What a query can be sent to: a pool, or the client of an open transaction. */
export type Queryable = Pick<pg.ClientBase, 'query'> | Pick<pg.Pool, 'query'>

export interface QueryOptions {
  /** Names the statement so that each connection prepares it once. Not behind a transaction pooler. */
  name?: string
  /**
   * Milliseconds on our own clock before `database_unavailable`. The server's statement timeout does not help where the
   * server itself has stopped answering. The statement may still run to its end there.
   */
  withinMs?: number
}

/**
 * Runs one statement and gives its rows, with the values of `sqlTypes` even on a pool that the host application made.
 * Rejects with a `SyncwatchError`.
 */
export async function query<Row extends pg.QueryResultRow>(
  on: Queryable,
  text: string,
  values: readonly unknown[] = [],
  options: QueryOptions = {},
): Promise<Row[]> {
  try {
    const config: pg.QueryConfig & { query_timeout?: number } = { text, values: values as unknown[], types: sqlTypes }
    if (options.name !== undefined) config.name = options.name
    if (options.withinMs !== undefined) config.query_timeout = options.withinMs
    const result = await (on as pg.Pool).query<Row>(config)
    return result.rows
  } catch (error) {
    throw toSyncwatchError(error)
  }
}
