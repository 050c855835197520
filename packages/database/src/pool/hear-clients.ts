import type pg from 'pg'

const HEARD = new WeakSet<pg.Pool>()

/**
 * Has somebody listen to the pool and to each connection that it opens from now on, whoever has it in hand, since a connection that
 * breaks where nobody listens ends the process: one that rests, which the pool tells and replaces by itself, and one that goes from one
 * hand to the next, which the pool has let go of and who waited for it does not listen to yet. What happens to a query is told by the query.
 */
export function hearClients(pool: pg.Pool): void {
  if (HEARD.has(pool)) return
  HEARD.add(pool)
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
}
