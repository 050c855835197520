import type { ClientBase, Pool, QueryResult } from 'pg'
import pg from 'pg'
import type { Db } from 'pg-boss'

/** Our pool, or a transaction of ours, as pg-boss wants a database. It parses values as `pg` does by default. */
export function bossDatabase(on: Pool | ClientBase): Db {
  return {
    executeSql: async (text, values) => {
      // Several statements are only possible without values, and answer with a list.
      const config = { text, types: pg.types, ...(values === undefined ? {} : { values }) }
      return (await on.query(config)) as QueryResult
    },
  }
}
