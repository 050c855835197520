import { type DownFrame, isEnded, type OperationRow } from '@syncwatch/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyUpdate } from '../src/state/apply-update.ts'
import { MAX_ENDED, MAX_OPEN } from '../src/state/held-operations.ts'
import { initialSyncStatusState } from '../src/state/initial-state.ts'
import { createOpenOperationsSelector } from '../src/state/operation-selectors.ts'
import { reduce } from '../src/state/reduce.ts'
import type { SyncStatusState } from '../src/state/sync-status-state.ts'
import { at, delta, health, NOW, operation, progressDelta, snapshot, store } from './support/rows.ts'

const frames = (state: SyncStatusState, ...list: DownFrame[]) =>
  reduce(state, { type: 'frames', frames: list, at: at(NOW) })
const empty = initialSyncStatusState()

describe('reduce', () => {
  it('CL-40 keeps open operations oldest first and ended ones latest first, to 500 and 200, with the true counts', () => {
    const open = Array.from({ length: 600 }, (_, n) => operation(`o${n}`, { created_at: at(NOW + n) }))
    const ended = Array.from({ length: 300 }, (_, n) =>
      operation(`e${n}`, { status: 'completed', end_time: at(NOW + n) }),
    )
    const state = frames(empty, snapshot([...ended, ...open].reverse()))
    expect([state.openIds.length, state.endedIds.length]).toEqual([MAX_OPEN, MAX_ENDED])
    expect(Object.keys(state.operations)).toHaveLength(MAX_OPEN + MAX_ENDED)
    expect([state.openIds[0], state.openIds.at(-1), state.endedIds[0]]).toEqual(['o0', 'o499', 'e299'])
    expect([state.counts.in_progress, state.counts.completed]).toEqual([600, 300])
  })

  it('CL-41 keeps the identity of what did not change, down to the state itself', () => {
    const before = frames(empty, snapshot([operation('a'), operation('b')]))
    const after = frames(before, progressDelta([operation('a', { rev: 2, progress: 20 })]))
    expect(after.operations.b).toBe(before.operations.b)
    expect([after.openIds, after.stores, after.connection]).toEqual([before.openIds, before.stores, before.connection])
    expect(after.openIds).toBe(before.openIds)
    expect(frames(after, progressDelta([operation('a', { rev: 2, progress: 99 })]))).toBe(after)
    expect(reduce(after, { type: 'connection', connection: { status: 'disconnected' } })).toBe(after)
  })

  it('CL-42 moves an operation to the ended ones, and takes removed ones out', () => {
    let state = frames(empty, snapshot([operation('a'), operation('b')]))
    state = frames(state, delta([operation('a', { rev: 2, status: 'failed', end_time: at(NOW) })], { removed: ['b'] }))
    expect([state.openIds, state.endedIds, Object.keys(state.operations)]).toEqual([[], ['a'], ['a']])
  })

  it('CL-43 keeps health, stores and further topics apart', () => {
    const state = frames(
      empty,
      snapshot([], { health: health(), stores: [store('one')] }),
      delta([], { topic: 'health', fields: ['id', 'rev', 'status'], rows: [['system', 2, 'warning']] }),
      delta([], { topic: 'stores', fields: ['id', 'rev', 'differ_count'], rows: [['one', 2, 3]] }),
      { type: 'snapshot', topic: 'assets', cursor: '1', rows: [{ id: 'x', rev: 1 }] },
    )
    expect(state.health).toMatchObject({ status: 'warning', performance_score: 100 })
    expect(state.stores).toMatchObject([{ name: 'one', differ_count: 3 }])
    expect(state.topics).toEqual({ assets: { x: { id: 'x', rev: 1 } } })
  })

  it('CL-44 takes in announcements of the shape { operation_id, status, progress }, by id or key', () => {
    const update = {
      operation_id: 'sync_123',
      operation_type: 'upload',
      status: 'in_progress',
      progress: 75,
      timestamp: at(NOW),
    } as const
    let state = applyUpdate(empty, update)
    expect(state.operations.sync_123).toMatchObject({ progress: 75, status: 'in_progress' })
    expect(state.counts.in_progress).toBe(1)
    state = applyUpdate(state, { ...update, status: 'completed', progress: 100, timestamp: at(NOW + 1) })
    expect([state.endedIds, state.counts.in_progress, state.counts.completed]).toEqual([['sync_123'], 0, 1])
    expect(applyUpdate(state, { ...update, timestamp: at(NOW + 2) })).toBe(state)
    state = frames(state, delta([operation('uuid', { operation_key: 'sync_123', status: 'completed' })]))
    expect(Object.keys(state.operations), 'the row itself replaces its stand-in').toEqual(['uuid'])
  })

  it('CL-45 renders on a server from the status report', () => {
    const state = initialSyncStatusState({
      health: health(),
      metrics: null,
      active_operations: [operation('a')],
      stores: [store('one')],
      last_update: at(NOW),
    })
    expect(JSON.parse(JSON.stringify(state))).toEqual(state)
    expect(state).toMatchObject({ isLoaded: true, openIds: ['a'], lastUpdate: at(NOW), counts: { in_progress: 1 } })
  })

  it('CL-46 selectors of lists return the same array while no row of theirs changed', () => {
    const select = createOpenOperationsSelector({ operation_type: ['upload'] })
    const before = frames(empty, snapshot([operation('a'), operation('b', { operation_type: 'delete' })]))
    const rows = select(before)
    const after = frames(before, progressDelta([operation('b', { rev: 2, progress: 20 })]))
    expect(rows.map((row) => row.id)).toEqual(['a'])
    expect(select(after)).toBe(rows)
  })
})

const status = fc.constantFrom('pending', 'in_progress', 'completed', 'failed', 'cancelled')
const row: fc.Arbitrary<OperationRow> = fc
  .record({
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    rev: fc.integer({ min: 1, max: 9 }),
    status,
    progress: fc.nat(100),
  })
  .map(({ id, rev, ...rest }) => operation(id, { rev, ...rest, end_time: isEnded(rest.status) ? at(NOW) : null }))
const frame: fc.Arbitrary<DownFrame> = fc.oneof(
  fc.array(row, { maxLength: 4 }).map((rows) => delta(rows)),
  fc.array(row, { maxLength: 4 }).map((rows) => progressDelta(rows)),
  fc.subarray(['a', 'b', 'c', 'd']).map((removed) => delta([], { removed })),
  fc.uniqueArray(row, { selector: ({ id }) => id, maxLength: 4 }).map((rows) => snapshot(rows)),
)

it('CL-47 whatever comes: lists and rows agree, rev only grows, twice is once', () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 30 }), (list) => {
      let state = empty
      for (const next of list) {
        const before = state
        state = frames(state, next)
        expect(new Set([...state.openIds, ...state.endedIds])).toEqual(new Set(Object.keys(state.operations)))
        for (const id of state.openIds) expect(isEnded(state.operations[id]?.status ?? 'failed')).toBe(false)
        for (const id of state.endedIds) expect(isEnded(state.operations[id]?.status ?? 'pending')).toBe(true)
        for (const [id, held] of Object.entries(state.operations)) {
          expect(held.rev).toBeGreaterThanOrEqual(before.operations[id]?.rev ?? 0)
        }
        if (next.type === 'delta') expect(frames(state, next).operations).toEqual(state.operations)
      }
    }),
    { numRuns: 300 },
  )
})
