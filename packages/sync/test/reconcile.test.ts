import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Comparison, Decision } from '../src/index.ts'
import { reconcile } from '../src/index.ts'
import { STORE_MODES_UNDER_TEST } from './support/store-modes.ts'

const A = 'a'.repeat(64)
const B = 'b'.repeat(64)
const C = 'c'.repeat(64)
const base = { version: 'v1', sha256: A }
const same = { revision: 1, sha256: A }
const edited = { revision: 2, sha256: B }
const seenSame = { version: 'v1', sha256: null }
const seenNew = (sha256: string | null) => ({ version: 'v2', sha256 })

const TABLE: [string, Comparison, Decision][] = [
  ['R1: nothing changed', { base, library: same, store: seenSame }, { kind: 'nothing', rule: 'R1' }],
  ['R1: touched, same content', { base, library: same, store: seenNew(A) }, { kind: 'refresh', rule: 'R1' }],
  ['R1: nothing anywhere', { base: null, library: null, store: 'absent' }, { kind: 'nothing', rule: 'R1' }],
  ['R2: library changed', { base, library: edited, store: seenSame }, { kind: 'push', rule: 'R2', ifVersion: 'v1' }],
  [
    'R2: library changed, store touched',
    { base, library: edited, store: seenNew(A) },
    { kind: 'push', rule: 'R2', ifVersion: 'v1' },
  ],
  [
    'R3: store changed, not read yet',
    { base, library: same, store: seenNew(null) },
    { kind: 'pull', rule: 'R3', ifRevision: 1 },
  ],
  [
    'R3: store changed',
    { base, library: { revision: 7, sha256: A }, store: seenNew(B) },
    { kind: 'pull', rule: 'R3', ifRevision: 7 },
  ],
  [
    'R4: deleted in the library',
    { base, library: null, store: seenSame },
    { kind: 'hold', rule: 'R4', reason: 'deleted_in_library' },
  ],
  [
    'R5: gone from the store',
    { base, library: same, store: 'absent' },
    { kind: 'hold', rule: 'R5', reason: 'absent_in_store' },
  ],
  [
    'R6: gone on both sides',
    { base, library: null, store: 'absent' },
    { kind: 'hold', rule: 'R6', reason: 'deleted_on_both' },
  ],
  ['R7: both changed, not read yet', { base, library: edited, store: seenNew(null) }, { kind: 'hash', rule: 'R7' }],
  [
    'R7: both changed alike',
    { base, library: edited, store: seenNew(B) },
    { kind: 'adopt', rule: 'R7', ifRevision: 2 },
  ],
  [
    'R8: both changed differently',
    { base, library: edited, store: seenNew(C) },
    { kind: 'hold', rule: 'R8', reason: 'conflict' },
  ],
  [
    'R9: edited here, gone there',
    { base, library: edited, store: 'absent' },
    { kind: 'hold', rule: 'R9', reason: 'absent_in_store' },
  ],
  [
    'R10: deleted here, changed there',
    { base, library: null, store: seenNew(null) },
    { kind: 'hold', rule: 'R10', reason: 'deleted_in_library' },
  ],
  [
    'R19: new in the library',
    { base: null, library: same, store: 'absent' },
    { kind: 'push', rule: 'R19', ifVersion: null },
  ],
  [
    'R20: new in the store',
    { base: null, library: null, store: seenNew(null) },
    { kind: 'pull', rule: 'R20', ifRevision: null },
  ],
  [
    'R20: new in the store, read',
    { base: null, library: null, store: seenNew(A) },
    { kind: 'pull', rule: 'R20', ifRevision: null },
  ],
  [
    'R21: new on both sides, not read yet',
    { base: null, library: same, store: seenNew(null) },
    { kind: 'hash', rule: 'R21' },
  ],
  [
    'R21: new on both sides, alike',
    { base: null, library: same, store: seenNew(A) },
    { kind: 'adopt', rule: 'R21', ifRevision: 1 },
  ],
  [
    'R22: new on both sides, different',
    { base: null, library: same, store: seenNew(B) },
    { kind: 'hold', rule: 'R22', reason: 'conflict' },
  ],
  ['R24: not seen', { base, library: same, store: 'unknown' }, { kind: 'nothing', rule: 'R24' }],
  ['R24: not seen, edited', { base, library: edited, store: 'unknown' }, { kind: 'nothing', rule: 'R24' }],
]

describe('two-way', () => {
  test.each(TABLE)('%s', (_, comparison, decision) => {
    expect(reconcile(comparison, { mode: 'two-way' })).toEqual(decision)
  })
})

test.each(TABLE)('D1, pull: %s', (_, comparison, decision) => {
  const expected = decision.kind === 'push' ? { kind: 'nothing', rule: decision.rule } : decision
  expect(reconcile(comparison, { mode: 'pull' })).toEqual(expected)
})

test.each(TABLE)('D1, push: %s', (_, comparison, decision) => {
  const expected = decision.kind === 'pull' ? { kind: 'nothing', rule: decision.rule } : decision
  expect(reconcile(comparison, { mode: 'push' })).toEqual(expected)
})

const hash = fc.constantFrom(A, B, C)
const version = fc.constantFrom('v1', 'v2')
const comparison = fc.record({
  base: fc.option(fc.record({ version, sha256: hash })),
  library: fc.option(fc.record({ revision: fc.integer({ min: 1, max: 3 }), sha256: hash })),
  store: fc.oneof(
    fc.constantFrom('absent' as const, 'unknown' as const),
    fc.record({ version, sha256: fc.option(hash) }),
  ),
})

test('G1, D2: whatever is seen, there is a decision, none deletes, and one that knows the content asks for nothing more', () => {
  fc.assert(
    fc.property(comparison, fc.constantFrom(...STORE_MODES_UNDER_TEST), (seen, mode) => {
      const decision = reconcile(seen, { mode })
      expect(decision.rule).toMatch(/^R\d+$/)
      expect(['nothing', 'refresh', 'hash', 'pull', 'push', 'adopt', 'hold']).toContain(decision.kind)
      if (typeof seen.store === 'object' && seen.store.sha256 !== null) expect(decision.kind).not.toBe('hash')
      if (seen.store === 'absent' || seen.store === 'unknown')
        expect(['pull', 'adopt', 'refresh', 'hash']).not.toContain(decision.kind)
    }),
    { numRuns: 2000 },
  )
})

test('a pull that was decided without the content is, with it, a pull or nothing to bring', () => {
  fc.assert(
    fc.property(comparison, hash, (seen, sha256) => {
      if (typeof seen.store !== 'object') return
      const first = reconcile({ ...seen, store: { ...seen.store, sha256: null } }, { mode: 'two-way' })
      const second = reconcile({ ...seen, store: { ...seen.store, sha256 } }, { mode: 'two-way' })
      if (first.kind === 'pull') expect(['pull', 'refresh']).toContain(second.kind)
      if (first.kind === 'hash') expect(['adopt', 'hold', 'push', 'refresh']).toContain(second.kind)
    }),
  )
})
