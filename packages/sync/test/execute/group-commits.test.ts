import { SyncwatchError } from '@syncwatch/core'
import { FakeClock } from '@syncwatch/testkit'
import { expect, test } from 'vitest'
import { GroupCommits } from '../../src/execute/group-commits.ts'
import { NO_ENTRY, type Outcome } from '../../src/execute/outcome.ts'
import type { AssetWrite, LedgerEntry, PlannedRow } from '../../src/ports/ledger.ts'

function outcome(seq: number, assets: readonly AssetWrite[] = []): Outcome {
  const row = { seq } as PlannedRow
  return { row, did: 'imported', entry: { ...NO_ENTRY, assets }, held: null, waitsFor: null, durationMs: 0 }
}

const renamed = { kind: 'change', key: 'b.txt' } as AssetWrite

/** Sizes of the groups that were committed, and which rows were told of. */
function committing(answer: (entries: readonly LedgerEntry[]) => boolean[]) {
  const clock = new FakeClock()
  const groups: number[] = []
  const told: [seq: number, accepted: boolean][] = []
  const commits = new GroupCommits({
    clock,
    ledger: {
      commit: async (entries) => {
        const accepted = answer(entries)
        groups.push(entries.length)
        return accepted
      },
    },
    onCommitted: async (group, accepted) => {
      for (const [index, { row }] of group.entries()) told.push([row.seq, accepted[index] ?? false])
    },
  })
  return { clock, commits, groups, told }
}

const all = (entries: readonly LedgerEntry[]) => entries.map(() => true)

test('a group is committed when it has 500 outcomes', async () => {
  const { commits, groups } = committing(all)
  for (let seq = 1; seq <= 1_200; seq += 1) await commits.add(outcome(seq))
  await commits.drain()
  expect(groups).toEqual([500, 500, 200])
})

test('a group is committed when its first outcome is 100 ms old', async () => {
  const { clock, commits, groups } = committing(all)
  await commits.add(outcome(1))
  await clock.advance(60)
  await commits.add(outcome(2))
  await clock.advance(39)
  expect(groups).toEqual([])
  await clock.advance(1)
  expect(groups).toEqual([2])
  expect(clock.pendingTimers).toBe(0)
})

test('a commit is tried again while the database is away, and its group is told of once', async () => {
  let failures = 3
  const { clock, commits, groups, told } = committing((entries) => {
    if (failures-- > 0) throw new SyncwatchError('database_unavailable', 'It is away.')
    return all(entries)
  })
  await commits.add(outcome(1))
  const drained = commits.drain()
  await clock.advance(10_000)
  await drained
  expect([groups, told]).toEqual([[1], [[1, true]]])
})

test('a database that stays away ends it after half a minute, and nothing is taken any more', async () => {
  const { clock, commits } = committing(() => {
    throw new SyncwatchError('database_unavailable', 'It is away.')
  })
  await commits.add(outcome(1))
  const drained = expect(commits.drain()).rejects.toMatchObject({ code: 'database_unavailable' })
  await clock.advance(31_000)
  await drained
  await expect(commits.add(outcome(2))).rejects.toMatchObject({ code: 'database_unavailable' })
})

test('what was refused and wants a name is committed once more, with all of its kind; other refusals are told at once', async () => {
  let round = 0
  const { commits, groups, told } = committing((entries) => {
    round += 1
    return round === 1 ? entries.map(() => false) : all(entries)
  })
  for (const one of [outcome(1, [renamed]), outcome(2), outcome(3, [renamed])]) await commits.add(one)
  await commits.drain()
  expect(told).toEqual([[2, false]])
  await commits.retryRefused()
  expect(groups).toEqual([3, 2])
  expect(told).toEqual([
    [2, false],
    [1, true],
    [3, true],
  ])
})
