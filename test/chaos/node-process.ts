import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { waitFor } from '@syncwatch/testkit'
import type { NodeAnswer, NodeReport, NodeRequest } from './node-protocol.ts'

const PROGRAM = fileURLToPath(new URL('chaos-node.ts', import.meta.url))

interface Waiter {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** A node in its own process, which can be killed, paused and told what to do. */
export class NodeProcess {
  readonly loaded: Promise<void>
  readonly #child: ChildProcess
  readonly #waiters = new Map<number, Waiter>()
  #asked = 0
  #output = ''

  constructor() {
    this.#child = fork(PROGRAM, {
      execArgv: ['--conditions=@syncwatch/source', '--expose-gc', '--no-warnings'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString()).slice(-4_000)
      })
    this.loaded = new Promise((resolve, reject) =>
      this.#waiters.set(0, { resolve: () => resolve(), reject: (error) => reject(error) }),
    )
    this.loaded.catch(() => {})
    this.#child.on('message', (answer: NodeAnswer) => this.#take(answer))
    this.#child.once('exit', (code, signal) => {
      const error = new Error(`A node ended (${code ?? signal}).\n${this.#output}`)
      for (const { reject } of this.#waiters.values()) reject(error)
      this.#waiters.clear()
    })
  }

  get pid(): number {
    return this.#child.pid as number
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** Rejects when the process ends instead of answering. */
  async ask(request: NodeRequest): Promise<unknown> {
    if (this.hasEnded) throw new Error(`A node has ended.\n${this.#output}`)
    this.#asked += 1
    const number = this.#asked
    return await new Promise((resolve, reject) => {
      this.#waiters.set(number, { resolve, reject })
      this.#child.send({ ...request, number })
    })
  }

  async report(): Promise<NodeReport> {
    return (await this.ask({ ask: 'report' })) as NodeReport
  }

  /**
   * Stops it in its tracks (SIGSTOP) until the returned function is called. A shell between holds it there: were this
   * process killed meanwhile, the shell would wake it, and it would see that nobody is there and end.
   */
  pause(): () => Promise<void> {
    const keeper = spawn('sh', ['-c', 'kill -STOP "$0"; cat >/dev/null; kill -CONT "$0"', `${this.pid}`], {
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    const gone = once(keeper, 'exit')
    return async () => {
      keeper.stdin?.end()
      await gone
    }
  }

  /** As a crash of the machine: nothing is flushed, nobody is told. */
  async kill(): Promise<void> {
    if (this.hasEnded) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await ended
  }

  /** Drains, stops and ends it. */
  async stop(): Promise<void> {
    if (this.hasEnded) return
    await this.ask({ ask: 'stop' })
    const ended = once(this.#child, 'exit')
    this.#child.disconnect()
    await waitFor(() => this.hasEnded, { what: 'a node to end', timeoutMs: 10_000 }).catch(() => this.kill())
    if (!this.hasEnded) await ended
  }

  #take({ number, value, error }: NodeAnswer): void {
    const waiter = this.#waiters.get(number)
    this.#waiters.delete(number)
    if (error === undefined) waiter?.resolve(value)
    else waiter?.reject(new Error(error))
  }
}
