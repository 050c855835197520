import { parentPort } from 'node:worker_threads'
import type { Done } from '../local-files/disk-syncs.ts'
import { type Steps, WaitingWorks } from '../local-files/waiting-works.ts'
import type { WorkerAnswer, WorkerMessage, WorkerReport } from '../local-files/worker-pool.ts'
import { taskWork } from './folder-work.ts'
import { describeFailure, type WorkFailure } from './work-failure.ts'

// A worker thread for file work: what `FolderWorkers` starts.
const works = new WaitingWorks()

parentPort?.on('message', (message: WorkerMessage) => {
  const { done, wait } = stepsOf(message)
  const report: WorkerReport<WorkFailure> = { answers: done.map(([id, one]) => answer(id, one)), wait }
  parentPort?.postMessage(report)
})

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
