import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Did, Outcome } from '../../src/execute/outcome.ts'
import { runMessage } from '../../src/execute/run-message.ts'
import { RunTally } from '../../src/execute/run-tally.ts'

const DIDS = [
  'nothing',
  'adopted',
  'imported',
  'updated',
  'exported',
  'renamed',
  'described',
  'deleted',
  'copied',
  'held',
  'failed',
  'skipped',
] as const satisfies readonly Did[]

let seq = 0
const outcome = (did: Did) => {
  seq += 1
  return { row: { seq, object: null, size: 1 }, did, entry: { assets: [], bases: [] } } as unknown as Outcome
}

interface Story {
  dids: readonly Did[]
  unchanged?: number
  failedProblems?: number
  passedOver?: number
}

function tallyOf({ dids, unchanged = 0, failedProblems = 0, passedOver = 0 }: Story): RunTally {
  const tally = new RunTally()
  for (let index = 0; index < failedProblems; index++) tally.countProblem(true)
  for (let index = 0; index < passedOver; index++) tally.countProblem(false)
  tally.processedItems += unchanged
  for (const did of dids) tally.count([outcome(did)], [true])
  return tally
}

test.each([
  [{ dids: [], unchanged: 300 }, 0, '300 files: nothing to do'],
  [{ dids: ['nothing', 'adopted'] }, 0, '2 files: nothing to do'],
  [{ dids: [] }, 0, '0 files: nothing to do'],
  [{ dids: ['imported'] }, 0, '1 file: 1 imported'],
  [{ dids: ['imported', 'adopted'], unchanged: 1199 }, 0, '1,201 files: 1 imported, 1,200 unchanged'],
  // Links and names that cannot be synced are files that were looked at.
  [{ dids: ['imported'], failedProblems: 2, passedOver: 3 }, 0, '6 files: 1 imported, 3 passed over, 2 failed'],
  // What is gone from the store was looked at as well.
  [{ dids: ['deleted', 'held', 'held'] }, 1, '3 files: 1 deleted, 1 waiting for approval, 1 held back'],
  [{ dids: ['copied', 'skipped', 'failed'] }, 0, '3 files: 1 kept in both versions, 1 passed over, 1 failed'],
] as [Story, number, string][])('%o with %i behind a gate is "%s"', (story, held, message) => {
  expect(runMessage(tallyOf(story), held)).toBe(message)
})

test('the parts add up to the whole, whatever came of each file', () => {
  const counts = fc.nat({ max: 2000 })
  const story = fc.record({
    dids: fc.array(fc.constantFrom(...DIDS), { maxLength: 40 }),
    unchanged: counts,
    failedProblems: fc.nat({ max: 5 }),
    passedOver: fc.nat({ max: 5 }),
  })
  fc.assert(
    fc.property(story, fc.nat({ max: 5 }), (given, gated) => {
      const tally = tallyOf(given)
      const message = runMessage(tally, Math.min(gated, tally.of('held')))
      const [whole = 0, ...parts] = [...message.matchAll(/\d[\d,]*/g)].map(([digits]) =>
        Number(digits.replaceAll(',', '')),
      )
      expect(whole).toBe(tally.processedItems)
      if (parts.length > 0) expect(parts.reduce((sum, part) => sum + part, 0)).toBe(whole)
      expect(parts.every((part) => part > 0)).toBe(true)
    }),
  )
})
