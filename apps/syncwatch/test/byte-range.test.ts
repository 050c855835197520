import { expect, test } from 'vitest'
import { parseByteRange } from '../src/http/assets/byte-range.ts'

test.each([
  [null, 10, { kind: 'all' }],
  ['bytes=0-3', 10, { kind: 'part', start: 0, end: 3 }],
  ['bytes=4-', 10, { kind: 'part', start: 4, end: 9 }],
  ['bytes=-3', 10, { kind: 'part', start: 7, end: 9 }],
  ['bytes=-30', 10, { kind: 'part', start: 0, end: 9 }],
  ['bytes=8-100', 10, { kind: 'part', start: 8, end: 9 }],
  ['bytes=10-', 10, { kind: 'outside' }],
  ['bytes=-0', 10, { kind: 'outside' }],
  ['bytes=0-', 0, { kind: 'outside' }],
  ['bytes=5-2', 10, { kind: 'all' }],
  ['bytes=0-1,4-5', 10, { kind: 'all' }],
  ['bytes=-', 10, { kind: 'all' }],
  ['items=0-1', 10, { kind: 'all' }],
  ['nonsense', 10, { kind: 'all' }],
])('Range %s of %i bytes', (header, size, expected) => {
  expect(parseByteRange(header, size)).toEqual(expected)
})
