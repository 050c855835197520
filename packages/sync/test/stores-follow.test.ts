import type { OperationId, OperationRow, StoreId, StoreSummary } from '@syncwatch/core'
import { FakeClock, waitFor } from '@syncwatch/testkit'
import { expect, test } from 'vitest'
import { StoresFollow } from '../src/jobs/index.ts'

/** Stores whose runs are begun and ended by hand. */
function setUp(stores: Partial<StoreSummary>[]) {
  const clock = new FakeClock()
  const begun: string[] = []
  const runs = new Map<string, { start_time: string | null; status: string }>()
  const follow = new StoresFollow({
    clock,
    catalog: {
      list: async () => stores as StoreSummary[],
      get: async (id: string) => ({ last_operation_id: null, ...stores.find((store) => store.id === id) }),
    } as never,
    status: { getOperation: async (id: string) => ({ id, ...runs.get(id) }) as unknown as OperationRow } as never,
    enqueueSync: async (id: StoreId, { triggered_by }) => {
      const open = [...runs].find(([key, { status }]) => key.startsWith(id) && status !== 'completed')
      if (open !== undefined) return open[0] as OperationId
      begun.push(`${id} ${triggered_by}`)
      const operation = `${id}-${begun.length}`
      runs.set(operation, { start_time: null, status: 'pending' })
      return operation as OperationId
    },
  })
  return { clock, begun, runs, follow }
}

const store = (id: string, more: Partial<StoreSummary> = {}) =>
  ({ id, mode: 'two-way', state: 'idle', ...more }) as Partial<StoreSummary>

test('changes of a moment are one run of each store that is written to', async () => {
  const { clock, begun, runs, follow } = setUp([
    store('a'),
    store('mirror', { mode: 'pull' }),
    store('out', { mode: 'push' }),
    store('paused', { state: 'paused' }),
  ])
  follow.changed(['1'], 'ann')
  follow.changed(['2'], 'bob')
  await waitFor(() => clock.pendingTimers > 0, { what: 'the gathering' })
  await clock.advance(200)
  await waitFor(() => begun.length === 2, { what: 'the runs' })
  expect(begun).toEqual(['a bob', 'out bob'])
  for (const id of runs.keys()) runs.set(id, { start_time: null, status: 'completed' })
  await waitFor(() => clock.pendingTimers === 0, { what: 'the end of the telling' })
  // A decision about a conflict with a store that only gives is carried out by a run of that store.
  follow.changed(['3'], 'ann', 'mirror' as StoreId)
  await waitFor(() => clock.pendingTimers > 0, { what: 'the gathering' })
  await clock.advance(200)
  await waitFor(() => begun.length === 5, { what: 'the runs' })
  expect(begun).toContain('mirror ann')
  await follow.stop()
})

test('a run that was under way already is waited for, and another follows it', async () => {
  const { clock, begun, runs, follow } = setUp([store('a')])
  runs.set('a-old', { start_time: new Date(clock.now() - 5_000).toISOString(), status: 'in_progress' })
  follow.changed(['1'], 'ann')
  await waitFor(() => clock.pendingTimers > 0, { what: 'the gathering' })
  await clock.advance(200)
  await waitFor(() => clock.pendingTimers > 0, { what: 'the wait for the run' })
  expect(begun).toEqual([])
  runs.set('a-old', { start_time: new Date(clock.now() - 5_000).toISOString(), status: 'completed' })
  await clock.advance(500)
  await waitFor(() => begun.length === 1, { what: 'the run that follows' })
  await follow.stop()
  expect(clock.pendingTimers).toBe(0)
})

test('nothing is begun after it was stopped', async () => {
  const { clock, begun, follow } = setUp([store('a')])
  follow.changed(['1'], 'ann')
  await waitFor(() => clock.pendingTimers > 0, { what: 'the gathering' })
  await follow.stop()
  follow.changed(['2'], 'ann')
  await clock.advance(10_000)
  expect([begun, clock.pendingTimers]).toEqual([[], 0])
})
