import { SyncwatchError } from '@syncwatch/core'
import { FakeClock } from '@syncwatch/testkit'
import { expect, test } from 'vitest'
import { Outstanding } from '../src/write/outstanding.ts'
import { ProgressReporter } from '../src/write/progress-reporter.ts'

test('a flush with a refusal of one kind is told only when what else was accepted is written', async () => {
  const [items, progress] = [new Outstanding(), new Outstanding()]
  const never = undefined as never
  const flusher = { now: async () => {}, wake: () => {} } as unknown as ConstructorParameters<
    typeof ProgressReporter
  >[2]
  const reporter = new ProgressReporter(never, never, flusher, new FakeClock())
  const [refused, slow] = [items.add(), progress.add()]
  let isTold = false
  const flush = reporter.flush([items, progress]).finally(() => {
    isTold = true
  })
  flush.catch(() => undefined)
  items.settle(refused)
  items.refuse(new SyncwatchError('fenced', 'Another node has it.'))
  items.announce()
  await new Promise(setImmediate)
  expect(isTold).toBe(false)
  progress.settle(slow)
  progress.announce()
  await expect(flush).rejects.toMatchObject({ code: 'fenced' })
})
