import type { Socket } from 'node:net'
import type pg from 'pg'

const CLIENTS = new WeakMap<pg.Pool, Set<pg.ClientBase>>()

/** Remembers the connections of a pool, for `cutPool`. */
export function rememberClients(pool: pg.Pool): void {
  const clients = new Set<pg.ClientBase>()
  CLIENTS.set(pool, clients)
  pool.on('connect', (client) => clients.add(client))
  pool.on('remove', (client) => clients.delete(client))
}

/**
 * Ends a pool of `createPool` at once, for when its database does not answer: whoever waits for a query or a connection is told
 * `database_unavailable`. What was sent may still be done there. Of a pool that was made elsewhere only new queries are refused.
 */
export function cutPool(pool: pg.Pool): void {
  if (!pool.ending) pool.end().catch(() => {})
  for (const client of CLIENTS.get(pool) ?? []) cutConnection(client)
}

/** Ends a connection without a word to its server, which may not be there to hear it. */
export function cutConnection(client: pg.ClientBase): void {
  const { connection } = client as unknown as { connection?: { stream: Socket } }
  connection?.stream.destroy()
}
