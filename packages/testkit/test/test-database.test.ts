import { createTestDatabase } from '@syncwatch/testkit'
import { afterEach, expect, test } from 'vitest'

const open: Array<{ drop(): Promise<void> }> = []
afterEach(async () => {
  for (const database of open.splice(0)) await database.drop()
})

test('each database is empty, of its own, and gone after drop', async () => {
  const first = await createTestDatabase({ migrate: 'none' })
  const second = await createTestDatabase({ migrate: 'none' })
  open.push(first, second)
  await first.pool.query('CREATE TABLE mine (id int)')
  const tables = await second.pool.query("SELECT FROM pg_tables WHERE schemaname = 'public'")
  expect(tables.rowCount).toBe(0)
  await first.drop()
  const left = await second.pool.query('SELECT FROM pg_database WHERE datname = $1', [first.name])
  expect(left.rowCount).toBe(0)
})

test('a migrated database has the tables, and parallel makers share one template', async () => {
  const databases = await Promise.all([
    createTestDatabase(),
    createTestDatabase(),
    createTestDatabase({ migrate: 'status' }),
  ])
  open.push(...databases)
  const schemas = async (pool: (typeof databases)[number]['pool']) =>
    (
      await pool.query<{ schemaname: string }>(
        "SELECT DISTINCT schemaname FROM pg_tables WHERE schemaname NOT LIKE 'pg\\_%'",
      )
    ).rows
      .map(({ schemaname }) => schemaname)
      .filter((name) => name !== 'information_schema')
      .sort()
  const [first, second, statusOnly] = await Promise.all(databases.map(({ pool }) => schemas(pool)))
  expect(first).toContain('public')
  expect(second).toEqual(first)
  expect(first?.length).toBeGreaterThan(statusOnly?.length ?? 0)
})
