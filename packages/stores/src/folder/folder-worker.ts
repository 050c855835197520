import { parentPort } from 'node:worker_threads'
import type { Done } from '../local-files/disk-syncs.ts'
import type { WorkerAnswer, WorkerCall } from '../local-files/worker-pool.ts'
import { runTasks } from './folder-work.ts'
import { describeFailure, type WorkFailure } from './work-failure.ts'

// A worker thread for file work: what `FolderWorkers` starts.
parentPort?.on('message', (calls: readonly WorkerCall[]) => {
  const done = runTasks(calls)
  parentPort?.postMessage(calls.map(({ id }, index) => answer(id, done[index])))
})

function answer(id: number, done: Done<unknown> | undefined): WorkerAnswer<WorkFailure> {
  if (done?.kind === 'value') return { id, value: done.value }
  return { id, failure: describeFailure(done?.error) }
}
