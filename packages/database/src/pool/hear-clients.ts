import type pg from 'pg'

const HEARD = new WeakSet<pg.Pool>()

/**
 * Has somebody listen to each connection that the pool opens from now on, whoever has it in hand. One that breaks in the moment in
 * which it goes from one hand to the next would end the process: the pool has let go of it then, and who waited for it does not
 * listen yet. What happens to a query is told by the query in any case.
 */
export function hearClients(pool: pg.Pool): void {
  if (HEARD.has(pool)) return
  HEARD.add(pool)
  pool.on('connect', (client) => client.on('error', () => {}))
}
