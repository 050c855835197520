import { parentPort } from 'node:worker_threads'
import type { Done } from '../local-files/disk-syncs.ts'
import { type Steps, WaitingWorks } from '../local-files/waiting-works.ts'
import type { WorkerAnswer, WorkerMessage, WorkerReport } from '../local-files/worker-pool.ts'
import { taskWork } from './folder-work.ts'
import type { TakenFile } from './take-file.ts'
import { describeFailure, type WorkFailure } from './work-failure.ts'

// A worker thread for file work: what `FolderWorkers` starts.
const works = new WaitingWorks()

parentPort?.on('message', async (message: WorkerMessage) => {
  const { done, wait } = stepsOf(message)
  const answers = await Promise.all(done.map(async ([id, one]) => answer(id, await withType(one))))
  const report: WorkerReport<WorkFailure> = { answers, wait }
  parentPort?.postMessage(report)
})

/** What was taken with its MIME type instead of its first bytes, where that is wanted: to hand them on costs more than to look. */
async function withType(done: Done<unknown>): Promise<Done<unknown>> {
  if (done.kind !== 'value' || !isToSniff(done.value)) return done
  const { head, ...taken } = done.value
  const { sniffMimeType } = await import('../local-files/mime-type.ts')
  return { kind: 'value', value: { ...taken, head: NO_BYTES, mimeType: await sniffMimeType(head, taken.object.key) } }
}

const NO_BYTES = new Uint8Array()

function isToSniff(value: unknown): value is Extract<TakenFile, { kind: 'taken' }> {
  return typeof value === 'object' && value !== null && 'sniff' in value && value.sniff === true
}

function stepsOf(message: WorkerMessage): Steps {
  switch (message.kind) {
    case 'calls':
      return works.begin(message.calls.map(({ id, name, input }) => ({ id, work: taskWork(name, input) })))
    case 'synced':
      return works.synced(message.ids)
    case 'sync-alone':
      return works.syncAlone(message.ids)
  }
}

function answer(id: number, done: Done<unknown>): WorkerAnswer<WorkFailure> {
  return done.kind === 'value' ? { id, value: done.value } : { id, failure: describeFailure(done.error) }
}
