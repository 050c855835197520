import { type LiveRow, SyncwatchError } from '@syncwatch/core'
import { FakeClock } from '@syncwatch/testkit'
import { expect, test } from 'vitest'
import type { StatusDatabase } from '../src/database/status-database.ts'
import type { HintBus } from '../src/hub/hint-bus.ts'
import { StatusHub } from '../src/hub/status-hub.ts'
import type { TopicSource } from '../src/hub/topic-source.ts'
import type { OperationMemory } from '../src/operations/operation-memory.ts'

const BUS: HintBus = {
  pollMs: 200,
  start: () => {},
  stop: async () => {},
  announce: () => {},
  expectOwn: () => () => {},
}

/** A hub of one topic over a database whose transactions, sign of life and answers are ours to give. */
function world() {
  const clock = new FakeClock()
  const state = {
    xid: 10,
    isSilent: false,
    rows: [] as { row: LiveRow; changed: string }[],
    answers: [] as (() => void)[],
  }
  let isHeld = false
  const query = async (text: string) => {
    if (text.includes('sync_check_epoch')) return [{ epoch: 'e' }]
    if (text === 'SELECT 1' && state.isSilent) throw new SyncwatchError('database_unavailable', 'No answer in time.')
    if (text.includes('pg_current_snapshot'))
      return [{ xmin: `${state.xid}`, xmax: `${state.xid}`, floors: null, changed: [] }]
    return [{ floors: null }]
  }
  const source: TopicSource = {
    read: async (since) => {
      const rows = state.rows.filter(({ changed }) => since === null || BigInt(changed) >= BigInt(since))
      if (isHeld) await new Promise<void>((resolve) => state.answers.push(resolve))
      return { rows, removed: [] }
    },
  }
  const hub = new StatusHub({
    database: { schema: 'public', query } as unknown as StatusDatabase,
    memory: { onCommit: () => {} } as unknown as OperationMemory,
    clock,
    hints: BUS,
    openInView: 10,
    onWatchers: () => {},
    onError: () => {},
  })
  hub.registerTopicSource('stores', source)
  const hold = (held: boolean) => {
    isHeld = held
  }
  return { clock, hub, state, hold, source }
}

const row = (id: string, rev: number) => ({ id, rev }) as unknown as LiveRow

test('what a reading that was given up finds out afterwards is read again, and then told', async () => {
  const { clock, hub, state, hold } = world()
  const view = await hub.open('stores')
  state.rows = [{ row: row('a', 1), changed: '10' }]
  state.xid = 11
  hold(true)
  state.isSilent = true
  await clock.advance(200)
  expect(state.answers, 'a reading is under way').toHaveLength(1)
  await clock.advance(3_000)
  expect(hub.state).toBe('lost')
  hold(false)
  for (const answer of state.answers) answer()
  state.isSilent = false
  await clock.advance(1_000)
  expect(hub.state).toBe('live')
  expect(view.rows()).toEqual([row('a', 1)])
  await hub.stop()
})

test('a topic that was being read from scratch is so again, and what comes of the first attempt is not taken in', async () => {
  const { clock, hub, state, hold, source } = world()
  const view = await hub.open('stores')
  state.rows = [{ row: row('a', 1), changed: '9' }]
  hold(true)
  state.isSilent = true
  hub.registerTopicSource('stores', source)
  await clock.advance(60)
  expect(state.answers, 'it is read from scratch').toHaveLength(1)
  await clock.advance(3_000)
  expect(hub.state).toBe('lost')
  hold(false)
  state.isSilent = false
  state.rows = [{ row: row('a', 2), changed: '9' }]
  await clock.advance(1_000)
  expect(view.rows()).toEqual([row('a', 2)])
  for (const answer of state.answers) answer()
  await clock.advance(1_000)
  expect(view.rows()).toEqual([row('a', 2)])
  await hub.stop()
})
