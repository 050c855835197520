import { ALL_MOVED, type LiveRow } from '@syncwatch/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChangeLog } from '../src/channel/change-log.ts'

const row = (id: string, rev: number): LiveRow => ({ id, rev })
const moved = (id: string, rev: number, columns = ALL_MOVED) => ({ row: row(id, rev), moved: columns })

describe('GW-F2: the log of a channel', () => {
  it('gives each row once, with its latest value and the widest extent', () => {
    const log = new ChangeLog('1')
    log.record([{ row: row('a', 1), extent: 'full' }], [], '2')
    log.record(
      [
        { row: row('a', 2), extent: 'progress' },
        { row: row('b', 1), extent: 'progress' },
      ],
      [],
      '3',
    )
    log.record([{ row: row('b', 2), extent: 'progress' }], [], '4')
    expect(log.since(0)).toEqual({ from: '1', full: [row('a', 2)], progress: [moved('b', 2)], removed: [] })
    expect(log.since(1)).toEqual({ from: '2', full: [], progress: [moved('a', 2), moved('b', 2)], removed: [] })
    expect(log.since(3)).toEqual({ from: '4', full: [], progress: [], removed: [] })
  })

  it('GW-F6: gathers the columns that moved in all the steps between', () => {
    const log = new ChangeLog('1')
    log.record([{ row: row('a', 1), extent: 'progress', moved: 0b0100 }], [], '2')
    log.record([{ row: row('a', 2), extent: 'progress', moved: 0b1000 }], [], '3')
    log.record([{ row: row('a', 3), extent: 'progress', moved: 0b1000 }], [], '4')
    expect(log.since(0)?.progress).toEqual([moved('a', 3, 0b1100)])
    expect(log.since(1)?.progress).toEqual([moved('a', 3, 0b1000)])
  })

  it('never lets an older row overtake a newer one', () => {
    const log = new ChangeLog('1')
    log.record([{ row: row('a', 5), extent: 'full' }], [], '2')
    log.record([{ row: row('a', 4), extent: 'full' }], [], '3')
    expect(log.since(0)?.full).toEqual([row('a', 5)])
  })

  it('brings back whole what was removed meanwhile', () => {
    const log = new ChangeLog('1')
    log.record([], ['a'], '2')
    log.record([{ row: row('a', 9), extent: 'progress' }], [], '3')
    expect(log.since(0)).toMatchObject({ full: [row('a', 9)], removed: [] })
  })

  it('stays bounded, and says when it does not reach back far enough', () => {
    const log = new ChangeLog('1', 10)
    for (let step = 0; step < 100; step++) log.record([{ row: row(`r${step}`, 1), extent: 'full' }], [], String(step))
    expect(log.since(89)).toBeNull()
    expect(log.since(90)?.full).toHaveLength(10)
  })

  it('takes any reader from any step to the same end', () => {
    const step = fc.array(
      fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), isGone: fc.boolean(), isProgress: fc.boolean() }),
      { maxLength: 4 },
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const log = new ChangeLog('0')
        const truth = new Map<string, LiveRow>()
        const states = [new Map(truth)]
        const revs = new Map<string, number>()
        for (const [place, changes] of steps.entries()) {
          const ids = [...new Set(changes.map((change) => change.id))]
          const latest = ids.map(
            (id) => changes.findLast((change) => change.id === id) ?? { id, isGone: true, isProgress: false },
          )
          for (const { id, isGone } of latest) {
            revs.set(id, (revs.get(id) ?? 0) + 1)
            if (isGone) truth.delete(id)
            else truth.set(id, row(id, revs.get(id) ?? 0))
          }
          log.record(
            latest
              .filter((one) => !one.isGone)
              .map(({ id, isProgress }) => ({
                row: row(id, revs.get(id) ?? 0),
                extent: isProgress && states.at(-1)?.has(id) ? ('progress' as const) : ('full' as const),
              })),
            latest.filter((one) => one.isGone).map((one) => one.id),
            String(place + 1),
          )
          states.push(new Map(truth))
        }
        for (const [place, state] of states.entries()) {
          const stretch = log.since(place)
          for (const id of stretch?.removed ?? []) state.delete(id)
          for (const changed of stretch?.full ?? []) state.set(changed.id, changed)
          for (const { row: changed } of stretch?.progress ?? []) {
            expect(state.has(changed.id)).toBe(true)
            state.set(changed.id, changed)
          }
          expect(state).toEqual(truth)
        }
      }),
    )
  })
})
