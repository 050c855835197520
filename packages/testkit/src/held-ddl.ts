import type pg from 'pg'
import { waitFor } from './wait-for.ts'

/**
 * A schema or table that was begun and is not committed: whoever makes one of the same name waits for it. So a test
 * brings sessions to the same point and lets them go at once, where a race would else be seen once in many runs.
 */
export class HeldDdl implements AsyncDisposable {
  readonly #pool: pg.Pool
  readonly #client: pg.PoolClient
  #held = true

  private constructor(pool: pg.Pool, client: pg.PoolClient) {
    this.#pool = pool
    this.#client = client
  }

  /** Runs `sql`, such as `CREATE SCHEMA mine`, in a transaction that stays open. */
  static async begin(pool: pg.Pool, sql: string): Promise<HeldDdl> {
    const held = new HeldDdl(pool, await pool.connect())
    await held.#client.query('BEGIN')
    await held.#client.query(sql)
    return held
  }

  /** Waits until so many sessions of this database wait for a lock: for us, or for one that waits for us. Milliseconds. */
  async untilWaiting(sessions: number, timeoutMs = 20_000): Promise<void> {
    const waiting = async () => {
      const { rows } = await this.#pool.query<{ waiting: number }>(
        `SELECT count(*)::int AS waiting FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      )
      return (rows[0]?.waiting ?? 0) >= sessions
    }
    await waitFor(waiting, { what: `${sessions} sessions to wait`, timeoutMs })
  }

  /** Takes it back, as if it had never been begun, and lets those who wait go on. May be called twice. */
  async release(): Promise<void> {
    if (!this.#held) return
    this.#held = false
    await this.#client.query('ROLLBACK')
    this.#client.release()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release()
  }
}
