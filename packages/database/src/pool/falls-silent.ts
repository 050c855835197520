import { type Clock, sleep } from '@syncwatch/core'
import pg from 'pg'
import { cutConnection } from './cut-connection.ts'

const FIRST_LOOK_MS = 500
const PATIENCE_MS = 2_500
const BETWEEN_MS = 1_000

/**
 * Resolves to true once the database of a pool has given no answer twice in a row, about seven seconds after it fell silent, and to
 * false when `signal` is aborted first. It asks on a connection of its own, since those of the pool may all be waiting.
 */
export async function fallsSilent(pool: pg.Pool, clock: Clock, signal: AbortSignal): Promise<boolean> {
  let missed = 0
  let pause = FIRST_LOOK_MS
  while (missed < 2) {
    await sleep(clock, pause, signal).catch(() => {})
    if (signal.aborted) return false
    missed = (await answers(pool, clock, signal)) ? 0 : missed + 1
    pause = BETWEEN_MS
  }
  return !signal.aborted
}

async function answers(pool: pg.Pool, clock: Clock, signal: AbortSignal): Promise<boolean> {
  const client = new pg.Client({ ...pool.options, password: pool.options.password })
  client.on('error', () => {})
  const over = new AbortController()
  const asked = client
    .connect()
    .then(() => client.query('SELECT 1'))
    .then(
      () => true,
      // Whatever the database itself says, it says something.
      (error: unknown) => error instanceof pg.DatabaseError,
    )
  const late = sleep(clock, PATIENCE_MS, AbortSignal.any([over.signal, signal])).catch(() => {})
  const isHeard = await Promise.race([asked, late.then(() => false)])
  over.abort()
  // It says goodbye, and waits for no answer to that.
  client.end().catch(() => {})
  cutConnection(client)
  return isHeard
}
