import { availableParallelism } from 'node:os'
import { WorkerPool } from '../local-files/worker-pool.ts'
import type { FolderWork, TaskInput, TaskName, TaskOutput } from './folder-work.ts'
import { reviveFailure, type WorkFailure } from './work-failure.ts'

/** In the bundle the worker stands beside what bundles it. */
const MODULE = import.meta.url.endsWith('.ts') ? './folder-worker.ts' : './folder-worker.js'

/**
 * Threads that do the file work of all folders of a process: one for all stores, made where the process is composed and closed with it.
 * System calls that wait for a disk then hold up nobody else, and cost a third of what they cost as promises.
 */
export class FolderWorkers implements FolderWork {
  readonly #pool: WorkerPool<WorkFailure>

  constructor(options: { threads?: number } = {}) {
    const threads = options.threads ?? Math.min(4, Math.max(2, availableParallelism()))
    this.#pool = new WorkerPool({ module: new URL(MODULE, import.meta.url), threads, revive: reviveFailure })
  }

  run<Name extends TaskName>(name: Name, input: TaskInput<Name>): Promise<TaskOutput<Name>> {
    return this.#pool.run(name, input) as Promise<TaskOutput<Name>>
  }

  close(): Promise<void> {
    return this.#pool.close()
  }
}
