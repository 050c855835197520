import fc from 'fast-check'
import { expect, test } from 'vitest'
import { conflictName, parseConflictName } from '../../src/reconcile/conflict-name.ts'

test.each([
  ['photo.jpg', 'home', 1, 'photo.conflict-home-1.jpg'],
  ['2030/summer/photo.jpg', 'home', 12, '2030/summer/photo.conflict-home-12.jpg'],
  ['README', 'home', 1, 'README.conflict-home-1'],
  ['.hidden', 'home', 1, '.hidden.conflict-home-1'],
  ['dir.d/name', 'home', 1, 'dir.d/name.conflict-home-1'],
  ['ends.', 'home', 1, 'ends..conflict-home-1'],
  ['archive.tar.gz', 'home', 1, 'archive.tar.conflict-home-1.gz'],
  ['photo.jpg', 'My NAS (2nd floor)/Fotos', 1, 'photo.conflict-My-NAS-2nd-floor-Fotos-1.jpg'],
  ['photo.jpg', '写真', 1, 'photo.conflict-写真-1.jpg'],
  ['photo.jpg', '...', 1, 'photo.conflict-store-1.jpg'],
  ['cafe\u0301.jpg', 'home', 1, 'cafe\u0301.conflict-home-1.jpg'],
])('X4: %s of %s, %i', (key, store, n, name) => {
  expect(conflictName(key, store, n)).toBe(name)
})

test('X4: a name that is a conflict name already gets no longer by another conflict', () => {
  const once = conflictName('a/photo.jpg', 'home', 1)
  expect(conflictName(once, 'home', 2)).toBe('a/photo.conflict-home-2.jpg')
  expect(conflictName(once, 'cloud', 1)).toBe('a/photo.conflict-cloud-1.jpg')
})

test('X4: what was made can be read, and nothing else is taken for it', () => {
  expect(parseConflictName('a/photo.conflict-My-NAS-12.jpg')).toEqual({ key: 'a/photo.jpg', store: 'My-NAS', n: 12 })
  for (const other of [
    'photo.jpg',
    'photo.conflict.jpg',
    'photo.conflict-home.jpg',
    'a/.conflict-home-1.jpg',
    'x.conflict-home-0',
  ])
    expect(parseConflictName(other)).toBeNull()
})

test('X4: whatever the key and the store are called, the name fits, differs from the key, and can be read again', () => {
  const key = fc
    .array(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 90 }).map((part) => part.replace(/[/\0]/g, '_')),
      { minLength: 1, maxLength: 12 },
    )
    .map((parts) => parts.join('/'))
    .filter((text) => Buffer.byteLength(text) <= 1024)
  fc.assert(
    fc.property(key, fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 99_999 }), (given, store, n) => {
      const name = conflictName(given, store, n)
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(1024)
      expect(Buffer.byteLength(name.slice(name.lastIndexOf('/') + 1))).toBeLessThanOrEqual(255)
      expect(name.isWellFormed()).toBe(true)
      const read = parseConflictName(name)
      expect(read?.n).toBe(n)
      if (Buffer.byteLength(given) < 150 && parseConflictName(given) === null) expect(read?.key).toBe(given)
      expect(conflictName(name, store, n)).toBe(name)
      expect(conflictName(given, store, n + 1)).not.toBe(name)
    }),
    { numRuns: 2_000 },
  )
})

test('X4: an extension without end is part of the name, and a folder without room is left', () => {
  const long = conflictName(`a.${'e'.repeat(240)}`, 'home', 1)
  expect(long.endsWith('.conflict-home-1')).toBe(true)
  const deep = `${'d'.repeat(200)}/`.repeat(5)
  expect(Buffer.byteLength(conflictName(`${deep}${'n'.repeat(19)}`, 'home', 1))).toBeLessThanOrEqual(1024)
})
