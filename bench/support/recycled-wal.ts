import type { Pool } from 'pg'

/** 480 MB: what half a minute at the highest rates writes. */
const SEGMENTS = 30

/**
 * Brings a new Postgres to where one is that has been in use: files of its log are there to be written again. A new one makes each
 * file of 16 MB when it comes to it, and whoever commits waits for that some tens of milliseconds; after the first
 * checkpoints nobody does. No setting of Postgres is touched.
 */
export async function recycleWal(pool: Pool): Promise<void> {
  for (let segment = 0; segment < SEGMENTS; segment += 1) {
    await pool.query(`SELECT pg_logical_emit_message(false, 'syncwatch', 'one more file')`)
    await pool.query('SELECT pg_switch_wal()')
  }
  await pool.query('CHECKPOINT')
}
