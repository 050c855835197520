import { type ErrorCode, SyncwatchError } from '@syncwatch/core'
import { FakeClock, SeededRandom } from '@syncwatch/testkit'
import { expect, test } from 'vitest'
import { retryingStore } from '../../src/execute/retrying-store.ts'
import type { Store } from '../../src/ports/store.ts'

/** A store whose direct read fails so often before it answers. */
function failing(times: number, code: ErrorCode, details: Record<string, unknown> = {}) {
  const clock = new FakeClock()
  const at: number[] = []
  const head: Store['head'] = async () => {
    at.push(clock.monotonic())
    if (at.length <= times) throw new SyncwatchError(code, 'Not now.', { details })
    return null
  }
  const signal = new AbortController()
  const hold = { lost: null as Error | null }
  const run = {
    held: async () => {
      if (hold.lost !== null) throw hold.lost
    },
  }
  const store = retryingStore({ head } as Store, { clock, random: new SeededRandom(1), signal: signal.signal, run })
  return { clock, store, at, hold, stop: () => signal.abort(new SyncwatchError('cancelled', 'Cancelled.')) }
}

/** Lets the time pass until the call has ended. */
async function ended<Result>(clock: FakeClock, call: Promise<Result>): Promise<PromiseSettledResult<Result>> {
  let result: PromiseSettledResult<Result> | undefined
  void Promise.allSettled([call]).then(([settled]) => {
    result = settled
  })
  for (let step = 0; step < 400 && result === undefined; step++) await clock.advance(500)
  if (result === undefined) throw new Error('The call did not end.')
  return result
}

test.each(['rate_limited', 'timeout'] as const)('a call that failed with %s is tried again', async (code) => {
  const { clock, store, at } = failing(3, code)
  expect(await ended(clock, store.head('a'))).toMatchObject({ status: 'fulfilled' })
  expect(at).toHaveLength(4)
})

test('not before the store asked to be asked again', async () => {
  const { clock, store, at } = failing(1, 'rate_limited', { retry_after_ms: 30_000 })
  await ended(clock, store.head('a'))
  expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(30_000)
})

test('five times, and then the failure is told', async () => {
  const { clock, store, at } = failing(99, 'rate_limited')
  expect(await ended(clock, store.head('a'))).toMatchObject({ status: 'rejected', reason: { code: 'rate_limited' } })
  expect(at).toHaveLength(5)
})

test('what does not pass by itself is told at once', async () => {
  const { clock, store, at } = failing(1, 'precondition_failed')
  expect(await ended(clock, store.head('a'))).toMatchObject({ reason: { code: 'precondition_failed' } })
  expect(at).toHaveLength(1)
})

test('a cancelled run waits no longer', async () => {
  const { clock, store, stop } = failing(1, 'rate_limited', { retry_after_ms: 3_600_000 })
  const call = store.head('a')
  await clock.advance(0)
  stop()
  await expect(call).rejects.toMatchObject({ code: 'cancelled' })
})

test('nothing is begun, and nothing tried again, once the run is another worker’s', async () => {
  const { clock, store, at, hold } = failing(1, 'timeout')
  const call = ended(clock, store.head('a'))
  hold.lost = new SyncwatchError('fenced', 'A newer attempt.')
  expect(await call).toMatchObject({ reason: { code: 'fenced' } })
  expect(at).toHaveLength(1)
  expect(await ended(clock, store.head('b'))).toMatchObject({ reason: { code: 'fenced' } })
  expect(at).toHaveLength(1)
})
