import { describe, expect, test } from 'vitest'
import type { ClosedGate, GateEvidence, PlanCounts } from '../../src/plan/gate.ts'
import { absenceStands, evaluateGates } from '../../src/plan/gates.ts'

const NONE: PlanCounts = {
  base: 0,
  absentInStore: 0,
  deletedInLibrary: 0,
  changedInStore: 0,
  changedInLibrary: 0,
  outOfScope: 0,
}
const LISTING: GateEvidence['listing'] = { complete: true, listed: 100, markerSeen: true, sentinelSeen: null }

function gates(
  counts: Partial<PlanCounts>,
  more: Partial<Omit<GateEvidence, 'listing'>> & { listing?: Partial<GateEvidence['listing']> } = {},
) {
  const closed = evaluateGates({
    inferredDeletes24h: 0,
    libraryDeletes24h: 0,
    deleteLimit: null,
    scopeChanged: false,
    identity: 'same',
    ...more,
    counts: { ...NONE, ...counts },
    listing: { ...LISTING, ...more.listing },
  })
  return closed.map(told)
}

function told({ gate, guards }: ClosedGate): string {
  return `G${gate} ${guards}`
}

test('nothing is closed on a day on which nothing special happens', () => {
  expect(
    gates({ base: 1_000, absentInStore: 3, deletedInLibrary: 3, changedInStore: 40, changedInLibrary: 40 }),
  ).toEqual([])
  expect(gates({}, { identity: 'first' })).toEqual([])
})

test('G1: a listing that was not complete infers no delete', () => {
  expect(gates({ base: 100 }, { listing: { complete: false } })).toEqual(['G1 inferred_deletes'])
})

test('G3: where a store lists eventually, an absence counts when two complete listings 60 s apart missed it', () => {
  expect(absenceStands('strong', null)).toBe(true)
  expect(absenceStands('eventual', null)).toBe(false)
  expect(absenceStands('eventual', 59_999)).toBe(false)
  expect(absenceStands('eventual', 60_000)).toBe(true)
})

describe.each([
  ['inferred_deletes', 'absentInStore', 'inferredDeletes24h'],
  ['library_deletes', 'deletedInLibrary', 'libraryDeletes24h'],
] as const)('G4: %s', (guards, count, before) => {
  const closed = [`G4 ${guards}`]
  test.each([
    { base: 9, now: 9, of: 'a small base may go as a whole', expected: [] },
    { base: 10, now: 5, of: 'half of ten', expected: [] },
    { base: 10, now: 6, of: 'more than half of ten', expected: closed },
    { base: 19, now: 9, of: 'half of nineteen', expected: [] },
    { base: 19, now: 10, of: 'ten of nineteen', expected: closed },
    { base: 50, now: 10, of: 'ten', expected: [] },
    { base: 50, now: 11, of: 'eleven of fifty', expected: closed },
    { base: 1_000, now: 100, of: 'a tenth', expected: [] },
    { base: 1_000, now: 101, of: 'more than a tenth', expected: closed },
  ])('$of: $now of $base', ({ base, now, expected }) => {
    expect(gates({ base, [count]: now })).toEqual(expected)
  })

  test('what went in the 24 hours before counts', () => {
    expect(gates({ base: 92, [count]: 2 }, { [before]: 8 })).toEqual([])
    expect(gates({ base: 92, [count]: 3 }, { [before]: 8 })).toEqual(closed)
    expect(gates({ base: 92, [count]: 0 }, { [before]: 80 })).toEqual([])
    expect(gates({ base: 5, [count]: 1 }, { [before]: 5 })).toEqual(closed)
  })

  test('a limit of the store takes the place of the usual one, but not of the half', () => {
    expect(gates({ base: 1_000, [count]: 1 }, { deleteLimit: 0 })).toEqual(closed)
    expect(gates({ base: 18, [count]: 9 }, { deleteLimit: 60 })).toEqual([])
    expect(gates({ base: 18, [count]: 10 }, { deleteLimit: 60 })).toEqual(closed)
    expect(gates({ base: 9, [count]: 9 }, { deleteLimit: 60 })).toEqual([])
  })
})

test('G5: without the marker in the listing nothing is inferred', () => {
  expect(gates({ base: 5, absentInStore: 1 }, { listing: { markerSeen: false } })).toEqual(['G5 inferred_deletes'])
})

test('G5: an empty listing over ten base rows is held, however many may go', () => {
  expect(gates({ base: 9, absentInStore: 9 }, { listing: { listed: 0 } })).toEqual([])
  expect(gates({ base: 10, absentInStore: 5 }, { listing: { listed: 0 } })).toEqual(['G5 inferred_deletes'])
})

test('G6: a side of which more than half of twenty changed overwrites and deletes nothing', () => {
  expect(gates({ base: 19, changedInStore: 19, changedInLibrary: 19 })).toEqual([])
  expect(gates({ base: 20, changedInStore: 10, changedInLibrary: 10 })).toEqual([])
  expect(gates({ base: 20, changedInStore: 11 })).toEqual(['G6 library_overwrites', 'G6 inferred_deletes'])
  expect(gates({ base: 20, changedInLibrary: 11 })).toEqual(['G6 store_overwrites', 'G6 library_deletes'])
  expect(gates({ base: 20, changedInStore: 6, absentInStore: 5 })).toEqual([
    'G6 library_overwrites',
    'G6 inferred_deletes',
  ])
})

test('G7: the sentinel, where there is one, must be there', () => {
  expect(gates({ base: 5 }, { listing: { sentinelSeen: true } })).toEqual([])
  expect(gates({ base: 5 }, { listing: { sentinelSeen: false } })).toEqual(['G7 inferred_deletes'])
})

test('G8: a changed scope deletes nothing, on neither side', () => {
  expect(gates({ base: 5, outOfScope: 3 }, { scopeChanged: true })).toEqual([
    'G8 inferred_deletes',
    'G8 library_deletes',
  ])
})

test.each(['replaced', 'restored'] as const)(
  'G9: of a store that was %s nothing is deleted, nor in the library',
  (identity) => {
    expect(gates({ base: 5 }, { identity })).toEqual(['G9 inferred_deletes', 'G9 library_deletes'])
  },
)

test('every closed gate says its numbers to a person', () => {
  const [closed] = evaluateGates({
    inferredDeletes24h: 3,
    libraryDeletes24h: 0,
    deleteLimit: null,
    scopeChanged: false,
    identity: 'same',
    counts: { ...NONE, base: 47, absentInStore: 9 },
    listing: LISTING,
  })
  expect(closed?.message).toBe(
    '9 of 50 are missing in the store and 3 were deleted in the 24 hours before; 10 may go without being asked.',
  )
})
