import { expect, test } from 'vitest'
import { recogniseStore, type StoreRecognition } from '../src/reconcile/same-store.ts'

const none = { marker: null, place: null }

test('G9: our marker in another copy is a store that was put back from a backup', () => {
  const recorded = { marker: 'm1', place: 'p1', copy: '1' }
  expect(recogniseStore(recorded, { marker: 'm1', place: 'p1', copy: '2' })).toBe('restored')
  expect(recogniseStore(recorded, { marker: 'm1', place: 'p2', copy: '1' })).toBe('same')
  expect(recogniseStore({ ...recorded, copy: null }, { marker: 'm1', place: 'p1', copy: '2' })).toBe('same')
})

test.each<[string, string | null, string | null, string | null, string | null, StoreRecognition]>([
  ['nothing recorded', null, null, 'm1', 'p1', 'first'],
  ['nothing recorded, read-only', null, null, null, 'p1', 'first'],
  ['same marker, moved', 'm1', 'p1', 'm1', 'p2', 'same'],
  ['another marker at the same place', 'm1', 'p1', 'm2', 'p1', 'replaced'],
  ['marker lost at the same place', 'm1', 'p1', null, 'p1', 'same'],
  ['marker lost elsewhere', 'm1', 'p1', null, 'p2', 'missing'],
  ['read-only at its place', null, 'p1', null, 'p1', 'same'],
  ['read-only elsewhere', null, 'p1', null, 'p2', 'missing'],
  ['a marker appeared at its place', null, 'p1', 'm1', 'p1', 'same'],
  ['a marker appeared elsewhere', null, 'p1', 'm1', 'p2', 'replaced'],
])('G9: %s', (_, marker, place, seenMarker, seenPlace, expected) => {
  const recorded = marker === null && place === null ? none : { marker, place }
  expect(recogniseStore(recorded, { marker: seenMarker, place: seenPlace })).toBe(expected)
})
