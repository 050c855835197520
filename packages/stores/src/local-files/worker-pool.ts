import { setImmediate } from 'node:timers'
import { Worker } from 'node:worker_threads'

/** A call on its way to a worker thread, and its answer. Both pass in batches: a message wakes a thread up, which costs more than it carries. */
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

type PendingCall = WorkerCall & Waiting

interface Thread {
  readonly worker: Worker
  readonly waiting: Map<number, Waiting>
}

export interface WorkerPoolOptions<Failure> {
  /** The module that the threads run; it answers each array of `WorkerCall`s with one of as many `WorkerAnswer`s. */
  readonly module: URL
  readonly threads: number
  /** Makes the error again that a thread could only describe. */
  revive(failure: Failure): unknown
}

/**
 * A few threads that do one call after the other. They are started by the first call and keep no process alive that has nothing
 * else to do. Plain messages: a call alone costs 15 µs here, where a general task pool (tinypool) took 58. Calls of one turn of the
 * event loop are shared out among the idle threads, a message for each.
 */
export class WorkerPool<Failure> {
  readonly #options: WorkerPoolOptions<Failure>
  readonly #threads: Thread[] = []
  /** Called in this turn and not sent yet. */
  #calls: PendingCall[] = []
  #count = 0
  #isClosed = false

  constructor(options: WorkerPoolOptions<Failure>) {
    this.#options = options
  }

  run(name: string, input: unknown): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(stopped())
    this.#count += 1
    const id = this.#count
    return new Promise((resolve, reject) => {
      if (this.#calls.length === 0) setImmediate(() => this.#send())
      this.#calls.push({ id, name, input, resolve, reject })
    })
  }

  /** What is under way is rejected. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const { reject } of this.#calls.splice(0)) reject(stopped())
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()))
  }

  #send(): void {
    const calls = this.#calls
    this.#calls = []
    const portion = Math.ceil(calls.length / Math.max(1, this.#idle()))
    for (let at = 0; at < calls.length; at += portion) {
      const share = calls.slice(at, at + portion)
      try {
        this.#sendTo(this.#leastBusy(), share)
      } catch (error) {
        for (const { reject } of share) reject(error)
      }
    }
  }

  #sendTo(thread: Thread, calls: readonly PendingCall[]): void {
    if (thread.waiting.size === 0) thread.worker.ref()
    for (const { id, resolve, reject } of calls) thread.waiting.set(id, { resolve, reject })
    thread.worker.postMessage(calls.map(({ id, name, input }) => ({ id, name, input })))
  }

  #idle(): number {
    const busy = this.#threads.filter(({ waiting }) => waiting.size > 0).length
    return this.#options.threads - busy
  }

  #leastBusy(): Thread {
    const idle = this.#threads.find(({ waiting }) => waiting.size === 0)
    if (idle !== undefined) return idle
    if (this.#threads.length < this.#options.threads) return this.#start()
    return this.#threads.reduce((least, thread) => (thread.waiting.size < least.waiting.size ? thread : least))
  }

  #start(): Thread {
    const thread: Thread = { worker: new Worker(this.#options.module), waiting: new Map() }
    thread.worker.on('message', (answers: WorkerAnswer<Failure>[]) => this.#settle(thread, answers))
    thread.worker.on('error', (error) => this.#end(thread, error))
    thread.worker.on('exit', () => this.#end(thread, new Error('A worker thread ended.')))
    thread.worker.unref()
    this.#threads.push(thread)
    return thread
  }

  #settle(thread: Thread, answers: readonly WorkerAnswer<Failure>[]): void {
    for (const answer of answers) {
      const call = thread.waiting.get(answer.id)
      thread.waiting.delete(answer.id)
      if ('value' in answer) call?.resolve(answer.value)
      else call?.reject(this.#options.revive(answer.failure))
    }
    if (thread.waiting.size === 0) thread.worker.unref()
  }

  /** The next call starts another thread. */
  #end(thread: Thread, error: Error): void {
    const at = this.#threads.indexOf(thread)
    if (at >= 0) this.#threads.splice(at, 1)
    for (const { reject } of thread.waiting.values()) reject(error)
    thread.waiting.clear()
  }
}

function stopped(): Error {
  return new Error('The worker threads are stopped.')
}
