import type { ErrorCode, StoreId } from '@syncwatch/core'
import { query, transaction } from '@syncwatch/database'
import { createTestDatabase, type TestDatabase } from '@syncwatch/testkit'
import { expect, onTestFinished, test } from 'vitest'
import {
  addHeldRows,
  decidePlan,
  finishPlan,
  type HeldPlan,
  type HeldRow,
  heldRows,
  holdPlan,
  makeHeldTable,
  openPlan,
  readApproval,
} from '../src/plan/held-plans.ts'

const failing = (code: ErrorCode) => expect.objectContaining({ code })
const gates = [{ gate: 4, guards: 'inferred_deletes', message: '12 of 20 files are gone.' }] as const

const row = (key: string, more: Partial<HeldRow> = {}): HeldRow => ({
  key,
  assetId: null,
  rule: 'R5',
  settlement: {
    kind: 'settle',
    rule: 'R5',
    library: { kind: 'trash', revision: 3 },
    store: { kind: 'none' },
    loser: null,
    base: 'tombstone',
  },
  baseVersion: 'v1',
  storeVersion: null,
  libraryRevision: 3,
  size: 10,
  ...more,
})

async function setUp() {
  const database = await createTestDatabase({ migrate: 'all' })
  onTestFinished(() => database.drop())
  const storeId = await makeStore(database, 's')
  let tables = 0
  const hold = (...rows: HeldRow[]): Promise<HeldPlan> =>
    transaction(database.pool, async (client) => {
      tables += 1
      const table = `held_${tables}`
      await makeHeldTable(client, table)
      await addHeldRows(client, table, rows)
      return holdPlan(client, { storeId, operationId: null, gates, table })
    })
  const decide = (plan: HeldPlan, approve = true, rows: number | null = null) =>
    decidePlan(database.pool, { storeId, planId: plan.id, approve, by: 'ann', rows })
  return { database, storeId, hold, decide }
}

async function makeStore({ pool }: TestDatabase, name: string): Promise<StoreId> {
  const [store] = await query<{ id: StoreId }>(
    pool,
    `INSERT INTO syncwatch.stores (name, kind, location) VALUES ($1, 'folder', '/' || $1) RETURNING id`,
    [name],
  )
  return (store as { id: StoreId }).id
}

test('what is held back can be looked at with its gates, counts and rows', async () => {
  const { database, storeId, hold } = await setUp()
  const plan = await hold(row('a'), row('b'), row('c', { rule: 'R4' }))
  expect(await openPlan(database.pool, storeId)).toMatchObject({
    id: plan.id,
    state: 'pending',
    gates,
    counts: { rows: 3, R5: 2, R4: 1 },
  })
  expect(await heldRows(database.pool, plan.id, 0, 5)).toMatchObject([
    { key: 'b', seq: 1 },
    { key: 'c', seq: 2 },
  ])
  expect(await openPlan(database.pool, await makeStore(database, 'other'))).toBeNull()
})

test('the same again is the same plan, something else takes its place', async () => {
  const { hold, decide, database, storeId } = await setUp()
  const first = await hold(row('a'), row('b'))
  expect((await hold(row('b'), row('a'))).id).toBe(first.id)
  const second = await hold(row('a'))
  expect(second.id).not.toBe(first.id)
  await expect(decide(first)).rejects.toEqual(failing('plan_not_found'))
  await decide(second, false)
  expect(await hold(row('a')), 'what was dropped stays dropped').toMatchObject({ id: second.id, state: 'dropped' })
  expect(await openPlan(database.pool, storeId)).toBeNull()
})

test('an approval covers exactly the evidence that was seen, and only until it is used', async () => {
  const { database, storeId, hold, decide } = await setUp()
  const plan = await hold(row('a'), row('b'))
  expect(await readApproval(database.pool, storeId)).toBeNull()
  await decide(plan, true, 2)
  const approval = await readApproval(database.pool, storeId)
  expect(approval).toMatchObject({ planId: plan.id, approvedBy: 'ann' })
  expect(approval?.covers(row('a'))).toBe(true)
  for (const other of [
    row('c'),
    row('a', { baseVersion: 'v2' }),
    row('a', { storeVersion: 'v1' }),
    row('a', { libraryRevision: 4 }),
    row('a', { rule: 'R4' }),
    row('a', { assetId: storeId }),
  ])
    expect(approval?.covers(other)).toBe(false)
  await finishPlan(database.pool, plan.id)
  expect(await readApproval(database.pool, storeId)).toBeNull()
})

test('a decision is refused for another number of rows, twice, and too late', async () => {
  const { database, hold, decide } = await setUp()
  const plan = await hold(row('a'), row('b'))
  await expect(decide(plan, true, 3)).rejects.toEqual(failing('plan_changed'))
  await decide(plan, true, 2)
  await expect(decide(plan)).rejects.toEqual(failing('plan_not_found'))
  expect(await decide(plan, false), 'an approval can be taken back before it is used').toMatchObject({
    state: 'dropped',
  })
  const late = await hold(row('z'))
  await query(database.pool, `UPDATE syncwatch.held_plans SET expires_at = now() - interval '1 s' WHERE id = $1`, [
    late.id,
  ])
  await expect(decide(late)).rejects.toEqual(failing('plan_not_found'))
})

test('two runs that hold back at once leave one plan', async () => {
  const { database, hold } = await setUp()
  await Promise.all([hold(row('a')), hold(row('b')), hold(row('c'))])
  const open = await query(database.pool, `SELECT id FROM syncwatch.held_plans WHERE state = 'pending'`)
  expect(open).toHaveLength(1)
})
