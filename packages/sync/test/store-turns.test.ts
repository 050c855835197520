import { type StoreId, systemClock, systemRandom } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import { createTestDatabase, FakeClock, type TestDatabase, waitFor } from '@syncwatch/testkit'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { inTurn, postgresTurns } from '../src/ledger/postgres-turns.ts'
import { createRunTables, dropRunTables } from '../src/ledger/run-tables.ts'
import { StoreCatalog } from '../src/stores/store-catalog.ts'

const STORE = '018f0000-0000-7000-8000-000000000001' as StoreId
const OTHER = '018f0000-0000-7000-8000-000000000002' as StoreId
const ASSET = '018f0000-0000-7000-8000-00000000000a'
const never = new AbortController().signal

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase({ migrate: 'none' })
})

afterAll(() => database.drop())

const keeping = () => ({ pool: database.pool, clock: systemClock() })

/** Until so many wait for a turn. */
async function waiting(count: number): Promise<void> {
  const locks = `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
  await waitFor(async () => (await query<{ count: number }>(database.pool, locks))[0]?.count === count, {
    what: `${count} to wait`,
  })
}

/** Work on single assets that goes on until it is let go, and the order in which everything happened. */
function working() {
  const happened: string[] = []
  const single = (name: string, store: StoreId, ...names: string[]) => {
    const [began, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const done = inTurn(keeping(), store, names, never, async () => {
      happened.push(`${name} begins`)
      began.resolve()
      await mayEnd.promise
      happened.push(`${name} ends`)
    })
    return { began: began.promise, end: () => mayEnd.resolve(), done }
  }
  return { happened, single }
}

test('a run compares when what was begun is committed, and whoever comes then waits until it has', async () => {
  const { happened, single } = working()
  const before = single('before', STORE, 'a.txt')
  await before.began
  const elsewhere = single('elsewhere', OTHER, 'a.txt')
  await elsewhere.began
  const turn = postgresTurns(keeping(), STORE).begin(never)
  void turn.then(() => happened.push('compares'))
  await waiting(1)
  before.end()
  const held = await turn
  const after = single('after', STORE, 'a.txt')
  await waiting(1)
  after.end()
  await held.end()
  await after.done
  elsewhere.end()
  await elsewhere.done
  expect(happened).toEqual([
    'before begins',
    'elsewhere begins',
    'before ends',
    'compares',
    'after begins',
    'after ends',
    'elsewhere ends',
  ])
})

test('from then on only what it works on is kept from others, by the name there or by the asset, which is one in all stores', async () => {
  const { happened, single } = working()
  const held = await postgresTurns(keeping(), STORE).begin(never)
  await held.narrow(['a.txt', ASSET])
  const free = [single('another', STORE, 'b.txt'), single('elsewhere', OTHER, 'a.txt')]
  for (const one of free) {
    await one.began
    one.end()
    await one.done
  }
  const kept = [single('name', STORE, 'a.txt'), single('asset', OTHER, ASSET)]
  for (const one of kept) one.end()
  await waiting(2)
  happened.push('the run ends')
  await held.end()
  for (const one of kept) await one.done
  expect(happened.indexOf('the run ends')).toBe(4)
  expect(happened).toHaveLength(9)
})

test('more than can be named is kept from others by the plan of the run, by the name on either side or by the asset', async () => {
  const own = await createTestDatabase()
  onTestFinished(() => own.drop())
  const { pool } = own
  const keep = { pool, clock: systemClock() }
  const { id: store } = await new StoreCatalog(pool).create({ name: 'Store', kind: 'folder', location: '/nowhere' })
  const [asset] = await query<{ id: string }>(
    pool,
    `INSERT INTO syncwatch.media_assets (key, size) VALUES ('in the library.txt', 1) RETURNING id`,
  )
  const [base] = await query<{ id: string }>(
    pool,
    `INSERT INTO syncwatch.media_replicas (store_id, asset_id, remote_key, remote_version, remote_size)
     VALUES ($1, $2, 'as agreed.txt', 'v', 1) RETURNING id`,
    [store, asset?.id],
  )
  const tables = await createRunTables(pool, store, systemRandom(), 'full')
  await query(pool, `INSERT INTO ${tables.plan} (key, asset_id, replica_id) VALUES ('listed.txt', $1, $2)`, [
    asset?.id,
    base?.id,
  ])
  const held = await postgresTurns(keep, store).begin(never)
  await held.narrowToPlan()
  const happened: string[] = []
  const single = (name: string) => inTurn(keep, store, [name], never, async () => void happened.push(name))
  await single('free.txt')
  await single('00000000-0000-4000-8000-000000000001')
  const planned = ['listed.txt', 'as agreed.txt', 'in the library.txt', asset?.id ?? '']
  const kept = planned.map(single)
  const waiting = `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
  await waitFor(async () => (await query<{ count: number }>(pool, waiting))[0]?.count === 4, { what: '4 to wait' })
  await single('another.txt')
  expect(happened).toEqual(['free.txt', '00000000-0000-4000-8000-000000000001', 'another.txt'])
  await held.end()
  await dropRunTables(pool, tables)
  await Promise.all(kept)
  expect(happened.slice(3).sort()).toEqual(planned.toSorted())
})

test('a plan that a dead run left keeps nobody waiting', async () => {
  const own = await createTestDatabase()
  onTestFinished(() => own.drop())
  const { pool } = own
  const { id: store } = await new StoreCatalog(pool).create({ name: 'Store', kind: 'folder', location: '/nowhere' })
  const tables = await createRunTables(pool, store, systemRandom(), 'full')
  await query(pool, `INSERT INTO ${tables.plan} (key) VALUES ('a.txt')`)
  expect(await inTurn({ pool, clock: systemClock() }, store, ['a.txt'], never, async () => 'done')).toBe('done')
})

test('who waits for a turn can be called off, and keeps nobody waiting then', async () => {
  const { single } = working()
  const before = single('before', STORE, 'a.txt')
  await before.began
  const stopping = new AbortController()
  const turn = postgresTurns(keeping(), STORE).begin(stopping.signal)
  stopping.abort(new Error('called off'))
  await expect(turn).rejects.toThrow('called off')
  const after = single('after', STORE, 'b.txt')
  await after.began
  for (const one of [before, after]) one.end()
  await Promise.all([before.done, after.done])
})

test('whoever gives no sign of life, as a frozen process, loses its turn to the next', async () => {
  // Its clock stands, and with it all that it would do by itself.
  const frozen = await postgresTurns({ pool: database.pool, clock: new FakeClock(), silentMs: 200 }, STORE).begin(never)
  const next = await postgresTurns(keeping(), STORE).begin(never)
  await next.end()
  await frozen.end()
})

test('whoever holds a turn for long gives signs of life all the while', async () => {
  const clock = new FakeClock()
  const turn = await postgresTurns({ pool: database.pool, clock }, STORE).begin(never)
  const signs = `SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND state = 'idle in transaction' AND query = 'SELECT 1'`
  const given = async () => (await query<{ count: number }>(database.pool, signs))[0]?.count
  expect(await given()).toBe(0)
  await clock.advance(3_000)
  await waitFor(async () => (await given()) === 1, { what: 'a sign of life' })
  await clock.advance(3_000)
  await turn.end()
  expect(clock.pendingTimers).toBe(0)
})
