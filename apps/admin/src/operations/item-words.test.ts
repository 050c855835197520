import { expect, test } from 'vitest'
import { itemWords } from './item-words.ts'

test.each([
  ['import', 'done', 'import done'],
  ['update', 'in_progress', 'update in progress'],
  ['import', 'failed', 'import failed'],
  ['skip', 'failed', 'not synced'],
  ['skip', 'skipped', 'passed over'],
] as const)('an item whose %s is %s is said to be "%s"', (action, state, words) => {
  expect(itemWords({ action, state })).toBe(words)
})
