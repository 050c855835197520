import { describe, expect, it } from 'vitest'
import { arrangeRunning, nextLeaveIn, type RunningPlace } from '../src/format/running-rows.ts'
import { at, fixture, NOW, operation } from './fixture-states.ts'

const open = (id: string, age: number) => operation(id, { created_at: at(NOW - age) })
const ended = (id: string, age: number) => ({ ...open(id, age), status: 'completed' as const, end_time: at(NOW) })
const ids = (places: readonly RunningPlace[]) => places.map(({ id }) => id).join(' ')
const look = (before: readonly RunningPlace[], rows: ReturnType<typeof open>[], now: number, isHeld = false) =>
  arrangeRunning(before, { state: fixture({ rows }), now, limit: 3, isHeld })

describe('the list of what runs', () => {
  const four = [open('a', 40), open('b', 30), open('c', 20), open('d', 10)]
  const first = look([], four, 0)

  it('shows the oldest first, as many as fit', () => expect(ids(first)).toBe('a b c'))

  it('is the same array while nothing changes', () => expect(look(first, four, 10)).toBe(first))

  it('keeps an ended row in its place for 5 s, then fills from the end', () => {
    const rows = [ended('a', 40), ...four.slice(1)]
    const after = look(first, rows, 1000)
    expect(ids(after)).toBe('a b c')
    expect(nextLeaveIn(after, 1000)).toBe(5000)
    expect(ids(look(after, rows, 5999))).toBe('a b c')
    expect(ids(look(after, rows, 6000))).toBe('b c d')
  })

  it('moves nothing while it is held', () => {
    const rows = [ended('a', 40), ...four.slice(1)]
    const after = look(first, rows, 1000)
    expect(ids(look(after, rows, 60_000, true))).toBe('a b c')
    expect(ids(look(after, rows, 60_000, false))).toBe('b c d')
  })

  it('does not begin with what ended before anybody looked', () => {
    expect(ids(look([], [ended('a', 40), open('b', 30)], 0))).toBe('b')
  })

  it('lets go of a row that is not held any more', () => expect(ids(look(first, four.slice(1), 1))).toBe('b c d'))
})
