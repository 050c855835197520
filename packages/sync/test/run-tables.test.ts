import { type StoreId, systemRandom } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import { createTestDatabase, type TestDatabase } from '@syncwatch/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRunTables, dropRunTables } from '../src/ledger/run-tables.ts'

const STORE = '018f0000-0000-7000-8000-000000000001' as StoreId
const OTHER = '018f0000-0000-7000-8000-000000000002' as StoreId

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})

afterAll(() => database.drop())

const make = (store: StoreId, kind: 'full' | 'beside') => createRunTables(database.pool, store, systemRandom(), kind)

/** Tables of runs by their names, with the letter of what they hold left out. */
async function runs(): Promise<string[]> {
  const tables = await query<{ name: string }>(
    database.pool,
    `SELECT DISTINCT regexp_replace(relname, '_[lrph]$', '') AS name FROM pg_class
     WHERE relkind = 'r' AND relname ~ '^(run|side)_[0-9a-f]{32}_' ORDER BY name`,
  )
  return tables.map(({ name }) => name)
}

const nameOf = ({ listing }: { listing: string }) => listing.replace(/^.*\."|_l"$/g, '')

test('X8: tables of a dead run are dropped by the next one of its store, and of no other', async () => {
  const dead = await make(STORE, 'full')
  const elsewhere = await make(OTHER, 'full')
  const next = await make(STORE, 'full')
  expect(await runs()).toEqual([nameOf(next), nameOf(elsewhere)].sort())
  expect(nameOf(dead)).not.toBe(nameOf(next))
  await dropRunTables(database.pool, next)
  await dropRunTables(database.pool, elsewhere)
  expect(await runs()).toEqual([])
})

test('X8: tables of a sync beside the runs stay until they are a day old', async () => {
  const beside = await make(STORE, 'beside')
  const yesterday = Math.floor(Date.now() / 1_000) - 25 * 3_600
  await query(
    database.pool,
    `CREATE TABLE syncwatch.side_${STORE.replaceAll('-', '')}_${yesterday}_0123456789_l (key text)`,
  )
  const full = await make(STORE, 'full')
  expect(await runs()).toEqual([nameOf(full), nameOf(beside)].sort())
  await dropRunTables(database.pool, beside)
  await dropRunTables(database.pool, full)
})
