import { type Clock, isSyncwatchError, type StoreId, type TimerHandle } from '@syncwatch/core'
import { query, toSyncwatchError } from '@syncwatch/database'
import type { Pool, PoolClient } from 'pg'
import type { StoreTurn, StoreTurns } from '../ports/store-turns.ts'
import { isAssetId, isInPlan } from './planned-names.ts'

/** How long a lock is waited for before the signal is looked at again, in milliseconds. */
const PATIENCE_MS = 500
/** Who holds locks says that it lives this often, and loses them when it has said nothing for so long, in milliseconds. */
const SIGN_MS = 3_000
const SILENT_MS = 15_000

/** Where turns are kept. */
export interface TurnKeeping {
  readonly pool: Pool
  readonly clock: Clock
  /** After how long without a sign of life a turn is over, in milliseconds; 15,000 by default. */
  readonly silentMs?: number
}

interface Lock {
  readonly name: string
  readonly shared?: true
}

type Release = () => Promise<void>

/**
 * Turns over all nodes: locks of the database, which go with their connection whatever becomes of this process. One that is frozen keeps
 * its connection, so the database ends it when no sign of life comes.
 */
export function postgresTurns(keeping: TurnKeeping, storeId: StoreId): StoreTurns {
  return {
    begin: async (signal): Promise<StoreTurn> => {
      let release = await hold(keeping, [{ name: `store ${storeId}` }], signal)
      const narrow = async (locks: readonly Lock[]) => {
        const whole = release
        release = await hold(keeping, locks, signal)
        await whole()
      }
      return {
        narrow: (names) => narrow(namesOf(storeId, names)),
        narrowToPlan: () => narrow([{ name: `plan ${storeId}` }]),
        end: () => release(),
      }
    },
  }
}

/** Does something about one asset, while no run that is to sync it as well and no other of its kind is at it. */
export async function inTurn<Result>(
  keeping: TurnKeeping,
  storeId: StoreId,
  names: readonly string[],
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  const locks: readonly Lock[] = [{ name: `store ${storeId}`, shared: true }, ...namesOf(storeId, names)]
  for (;;) {
    const release = await hold(keeping, locks, signal)
    try {
      // A run that compares has the store, so no other plan comes while this is held.
      if (!(await isPlanned(keeping.pool, storeId, names))) return await work()
    } finally {
      await release()
    }
    const planIsDone = await hold(keeping, [{ name: `plan ${storeId}`, shared: true }], signal)
    await planIsDone()
  }
}

/** Whether a run that keeps its plan from others has any of these names in it. */
async function isPlanned(pool: Pool, storeId: StoreId, names: readonly string[]): Promise<boolean> {
  const goesOn = () => isHeld(pool, `plan ${storeId}`)
  if (!(await goesOn())) return false
  try {
    return await isInPlan(pool, storeId, names)
  } catch (error) {
    // A run that has ended takes its plan with it.
    if (!(await goesOn())) return false
    throw error
  }
}

/** Whether somebody holds a lock for itself alone. */
async function isHeld(pool: Pool, name: string): Promise<boolean> {
  const [row] = await query<{ free: boolean }>(
    pool,
    `SELECT pg_try_advisory_xact_lock_shared(hashtextextended('sync ' || $1, 0)) AS free`,
    [name],
  )
  return row?.free === false
}

/** An asset is one whichever store it is synced with; a name is that of one store. */
function namesOf(storeId: StoreId, names: readonly string[]): Lock[] {
  return names.map((name) => ({ name: `${isAssetId(name) ? '' : storeId} ${name}` }))
}

/** Takes all, in one order, or none: who waits holds nothing for longer than its patience. */
async function hold(keeping: TurnKeeping, locks: readonly Lock[], signal: AbortSignal): Promise<Release> {
  const { pool, clock, silentMs = SILENT_MS } = keeping
  if (locks.length === 0) return async () => {}
  for (;;) {
    signal.throwIfAborted()
    const client = await pool.connect().catch((error: unknown) => {
      throw toSyncwatchError(error)
    })
    let broken: Error | undefined
    // A connection that breaks while nothing is asked of it would end the process.
    const onError = (error: Error) => {
      broken = error
    }
    client.on('error', onError)
    const end = async (how: 'COMMIT' | 'ROLLBACK') => {
      await client.query(how).catch((error: Error) => {
        broken = error
      })
      client.off('error', onError)
      client.release(broken)
    }
    try {
      await take(client, locks, silentMs)
      const stopSigns = giveSigns(client, clock)
      return async () => {
        stopSigns()
        await end('COMMIT')
      }
    } catch (error) {
      await end('ROLLBACK')
      if (!isSyncwatchError(error, 'database_busy')) throw error
    }
  }
}

/** Says again and again on a connection that this process lives. A connection that breaks says so by itself. */
function giveSigns(client: PoolClient, clock: Clock): () => void {
  let timer: TimerHandle | undefined
  const plan = () => {
    timer = clock.setTimeout(() => {
      client.query('SELECT 1').then(
        () => timer !== undefined && plan(),
        () => undefined,
      )
    }, SIGN_MS)
  }
  plan()
  return () => {
    timer?.cancel()
    timer = undefined
  }
}

/** Locks of a transaction work behind every pooler. It holds no snapshot while it is idle. */
async function take(client: PoolClient, locks: readonly Lock[], silentMs: number): Promise<void> {
  await query(client, 'BEGIN')
  await query(client, `SET LOCAL lock_timeout = ${PATIENCE_MS}`)
  await query(client, `SET LOCAL idle_in_transaction_session_timeout = ${silentMs}`)
  await query(
    client,
    `SELECT CASE WHEN shared THEN pg_advisory_xact_lock_shared(id) ELSE pg_advisory_xact_lock(id) END
     FROM (SELECT DISTINCT ON (id) id, shared
           FROM (SELECT hashtextextended('sync ' || name, 0) AS id, coalesce(shared, false) AS shared
                 FROM json_to_recordset($1::json) AS given (name text, shared boolean)) hashed
           ORDER BY id, shared) lock`,
    [JSON.stringify(locks)],
  )
}
