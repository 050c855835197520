import { expect, test } from 'vitest'
import { OperationsMemory } from '../src/hub/operations-memory.ts'
import { RowsMemory } from '../src/hub/rows-memory.ts'

const NOTHING = { open: new Map(), ended: { completed: 0, failed: 0, cancelled: 0 }, justEnded: new Map() }

test.each([
  ['operations', () => new OperationsMemory(NOTHING)],
  ['other rows', () => new RowsMemory(10)],
] as const)('%s that came and went between two readings of a node are told as removed, once', (_, make) => {
  const memory = make()
  // Whoever comes from another node may have seen it there.
  const read = { rows: [], removed: [{ id: 'a', changed: 5n }] }
  expect(memory.apply(read).removed).toEqual(['a'])
  expect(memory.apply(read).removed).toEqual([])
  expect(memory.since(5n)?.removed).toEqual(['a'])
})
