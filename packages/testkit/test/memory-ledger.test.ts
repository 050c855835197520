import type { StoreId } from '@syncwatch/core'
import { expect, test } from 'vitest'
import { FakeClock } from '../src/fake-clock.ts'
import { MemoryLedger, MemoryLibrary } from '../src/simulator/index.ts'

test('an attempt that was taken over commits nothing', async () => {
  const library = new MemoryLibrary()
  const storeId = 'store' as StoreId
  const ledgerOf = (attempt: number) =>
    new MemoryLedger({ library, clock: new FakeClock(), attempt, step: async () => {}, onCommit: () => {} })
  library.fences.set(storeId, 1)
  const first = await ledgerOf(1).open(storeId, { prefixes: [] })
  expect(await first.commit([])).toEqual([])
  library.fences.set(storeId, 2)
  await expect(first.commit([])).rejects.toMatchObject({ code: 'fenced' })
})
