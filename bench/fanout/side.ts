import { setTimeout as wait } from 'node:timers/promises'
import { Child } from '../support/child.ts'
import { percentile } from '../support/statistics.ts'
import type { ServerRequest, ServerRun, ViewersCount, ViewersRequest } from './protocol.ts'

/** What one load came to. */
export interface Measured {
  viewers: number
  /** States of operations that reached viewers, for each second of the server's processor time. */
  statesPerCpuSecond: number
  statesPerSecond: number
  /** Share of one core that the server took. */
  cpuShare: number
  databaseCpuShare: number
  stalenessP50: number
  stalenessP99: number
  changesPerSecond: number
  /** Viewers that saw nothing at all. */
  empty: number
  windows: readonly number[]
}

export interface Load {
  operations: number
  perSecond: number
  forMs: number
}

/** A server under test in its own process, and its viewers in two others. */
export class Side {
  readonly dialect: 'syncwatch' | 'socket.io'
  readonly #server: Child
  readonly #viewers = [new Child(VIEWERS), new Child(VIEWERS)]
  #url = ''
  #connected = 0

  constructor(dialect: 'syncwatch' | 'socket.io') {
    this.dialect = dialect
    this.#server = new Child(new URL(dialect === 'syncwatch' ? './ours.ts' : './peer.ts', import.meta.url))
  }

  async start(operations: number): Promise<void> {
    this.#url = await this.#server.ask<string>({ ask: 'start', operations } satisfies ServerRequest)
  }

  /** Brings the number of viewers up to this. */
  async connect(count: number): Promise<void> {
    const each = (count - this.#connected) / this.#viewers.length
    await this.#ask({ ask: 'connect', url: this.#url, count: each, dialect: this.dialect })
    this.#connected = count
  }

  async measure(load: Load): Promise<Measured> {
    // What is under way from before would be counted.
    await wait(SETTLE_MS)
    await this.#ask({ ask: 'reset', intervalMs: (1000 * load.operations) / load.perSecond })
    const run = await this.#server.ask<ServerRun>({ ask: 'run', ...load } satisfies ServerRequest)
    await wait(SETTLE_MS)
    const counts = await this.#ask<ViewersCount>({ ask: 'read' })
    return this.#sum(run, counts)
  }

  async stop(): Promise<void> {
    await Promise.all(this.#viewers.map((viewers) => viewers.stop()))
    await this.#server.stop()
  }

  async #ask<Answer>(request: ViewersRequest): Promise<Answer[]> {
    return await Promise.all(this.#viewers.map((viewers) => viewers.ask<Answer>(request)))
  }

  #sum(run: ServerRun, counts: readonly ViewersCount[]): Measured {
    const total = (of: (count: ViewersCount) => number) => counts.reduce((sum, count) => sum + of(count), 0)
    // Only some viewers look into what they get: the others get the same frames, so as many states a byte.
    const states =
      (total(({ readStates }) => readStates) / total(({ readBytes }) => readBytes)) * total(({ bytes }) => bytes)
    const staleness = counts.flatMap((count) => count.staleness)
    return {
      viewers: this.#connected,
      statesPerCpuSecond: states / run.cpuSeconds,
      statesPerSecond: states / run.seconds,
      cpuShare: run.cpuSeconds / run.seconds,
      databaseCpuShare: run.databaseCpuSeconds / run.seconds,
      stalenessP50: percentile(staleness, 0.5),
      stalenessP99: percentile(staleness, 0.99),
      changesPerSecond: run.changes / run.seconds,
      empty: total(({ empty }) => empty),
      windows: run.windows,
    }
  }
}

const VIEWERS = new URL('./viewers.ts', import.meta.url)
const SETTLE_MS = 300
