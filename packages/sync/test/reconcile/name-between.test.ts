import fc from 'fast-check'
import { expect, test } from 'vitest'
import { conflictName } from '../../src/reconcile/conflict-name.ts'
import { keyBeforeMoving, nameBetween } from '../../src/reconcile/name-between.ts'

test.each([
  ['photo.jpg', 'photo.jpg.syncwatch-moving-0badcafe'],
  ['a/b/photo', 'a/b/photo.syncwatch-moving-0badcafe'],
  [`a/${'n'.repeat(255)}`, `a/${'n'.repeat(229)}.syncwatch-moving-0badcafe`],
])('%s has a name in between that fits, and it tells what it was made of', (key, name) => {
  expect(nameBetween(key, '0badcafe')).toBe(name)
  expect(key.startsWith(keyBeforeMoving(name) ?? '?')).toBe(true)
})

test('X4: a name in between is never part of a conflict name', () => {
  expect(conflictName(nameBetween('a/photo.jpg', '0badcafe'), 'home', 1)).toBe('a/photo.conflict-home-1.jpg')
  const copy = conflictName('a/photo.jpg', 'home', 1)
  expect(conflictName(nameBetween(copy, '0badcafe'), 'home', 2)).toBe('a/photo.conflict-home-2.jpg')
})

test('every key has a name in between of at most 1,024 bytes, and 255 a segment', () => {
  const segment = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 255 }).map((text) => text.replaceAll('/', '-'))
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1, maxLength: 6 }), (segments) => {
      const key = segments.filter((one) => Buffer.byteLength(one) <= 255).join('/')
      fc.pre(key !== '' && Buffer.byteLength(key) <= 1024)
      const name = nameBetween(key, '0badcafe')
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(1024)
      for (const one of name.split('/')) expect(Buffer.byteLength(one)).toBeLessThanOrEqual(255)
      expect(keyBeforeMoving(name)).not.toBeNull()
    }),
  )
})

test.each([
  'photo.jpg',
  'photo.jpg.moving-0badcafe',
  'photo.jpg.syncwatch-moving-0BADCAFE',
  '.syncwatch-moving-0badcafe',
])('%s is a name that somebody gave', (name) => {
  expect(keyBeforeMoving(name)).toBeNull()
})
