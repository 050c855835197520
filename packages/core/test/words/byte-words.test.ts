import { expect, test } from 'vitest'
import { byteWords } from '../../src/words/byte-words.ts'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1400, '1.4 kB'],
  [99_960, '100 kB'],
  [999_700, '1.0 MB'],
  [123_456_789, '123 MB'],
  [1_334_931_844, '1.3 GB'],
  [5e18, '5000 PB'],
])('%i bytes read %s', (bytes, text) => {
  expect(byteWords(bytes)).toBe(text)
})
