import { parentPort } from 'node:worker_threads'
import type { WorkerAnswer, WorkerCall } from '../local-files/worker-pool.ts'
import { FOLDER_TASKS, runTask, type TaskName } from './folder-work.ts'
import { describeFailure, type WorkFailure } from './work-failure.ts'

// A worker thread for file work: what `FolderWorkers` starts.
parentPort?.on('message', (calls: readonly WorkerCall[]) => parentPort?.postMessage(calls.map(answer)))

function answer({ id, name, input }: WorkerCall): WorkerAnswer<WorkFailure> {
  try {
    if (!Object.hasOwn(FOLDER_TASKS, name)) throw new Error(`There is no task "${name}".`)
    return { id, value: runTask(name as TaskName, input) }
  } catch (error) {
    return { id, failure: describeFailure(error) }
  }
}
