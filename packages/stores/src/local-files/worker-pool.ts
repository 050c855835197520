import { setImmediate } from 'node:timers'
import { Worker } from 'node:worker_threads'
import { DiskRounds } from './disk-rounds.ts'
import type { DiskWait } from './waiting-works.ts'

/** A call on its way to a worker thread, and its answer. Both pass in batches: a message wakes a thread up, which costs more than it carries. */
export interface WorkerCall {
  readonly id: number
  readonly name: string
  readonly input: unknown
}

/** What a thread is told: to begin, or to go on with what waited for the disk. */
export type WorkerMessage =
  | { readonly kind: 'calls'; readonly calls: readonly WorkerCall[] }
  | { readonly kind: 'synced' | 'sync-alone'; readonly ids: readonly number[] }

/** What a thread tells: what is done, and what waits for the disk. */
export interface WorkerReport<Failure> {
  readonly answers: readonly WorkerAnswer<Failure>[]
  readonly wait: DiskWait | null
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
  /** How many of them wait for the disk, and keep the thread from nothing. */
  aside: number
}

export interface WorkerPoolOptions<Failure> {
  /** The module that the threads run; it answers each `WorkerMessage` with a `WorkerReport`. */
  readonly module: URL
  readonly threads: number
  /** Makes the error again that a thread could only describe. */
  revive(failure: Failure): unknown
}

/**
 * A few threads that do one call after the other. They are started by the first call and keep no process alive that has nothing
 * else to do. Plain messages: a call alone costs 15 µs here, where a general task pool (tinypool) took 58. Calls of one turn of the
 * event loop are shared out among the idle threads, a message for each. Work that waits for the disk is put aside in its thread, and the
 * disk is waited for once for all threads.
 */
export class WorkerPool<Failure> {
  readonly #options: WorkerPoolOptions<Failure>
  readonly #threads: Thread[] = []
  readonly #rounds = new DiskRounds()
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
    this.#rounds.close()
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
    tell(thread, { kind: 'calls', calls: calls.map(({ id, name, input }) => ({ id, name, input })) })
  }

  #idle(): number {
    const busy = this.#threads.filter((thread) => load(thread) > 0).length
    return this.#options.threads - busy
  }

  #leastBusy(): Thread {
    const idle = this.#threads.find((thread) => load(thread) === 0)
    if (idle !== undefined) return idle
    if (this.#threads.length < this.#options.threads) return this.#start()
    return this.#threads.reduce((least, thread) => (load(thread) < load(least) ? thread : least))
  }

  #start(): Thread {
    const thread: Thread = { worker: new Worker(this.#options.module), waiting: new Map(), aside: 0 }
    thread.worker.on('message', (report: WorkerReport<Failure>) => this.#take(thread, report))
    thread.worker.on('error', (error) => this.#end(thread, error))
    thread.worker.on('exit', () => this.#end(thread, new Error('A worker thread ended.')))
    thread.worker.unref()
    this.#threads.push(thread)
    return thread
  }

  #take(thread: Thread, { answers, wait }: WorkerReport<Failure>): void {
    if (wait !== null) void this.#waitForDisk(thread, wait)
    this.#settle(thread, answers)
  }

  async #waitForDisk(thread: Thread, wait: DiskWait): Promise<void> {
    thread.aside += wait.ids.length
    const isSynced = await this.#rounds.wait(wait)
    thread.aside -= wait.ids.length
    // What a thread that has ended was asked for was rejected then.
    if (this.#threads.includes(thread)) tell(thread, { kind: isSynced ? 'synced' : 'sync-alone', ids: wait.ids })
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

/** How much a thread has to do. */
function load({ waiting, aside }: Thread): number {
  return waiting.size - aside
}

function tell({ worker }: Thread, message: WorkerMessage): void {
  worker.postMessage(message)
}

function stopped(): Error {
  return new Error('The worker threads are stopped.')
}
