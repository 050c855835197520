import { type Clock, type Random, sleep, type TimerHandle } from '@syncwatch/core'
import { cutConnection } from '@syncwatch/database'
import type pg from 'pg'
import type { HintBus, HintListening } from './hint-bus.ts'

/** The channel that the triggers of the status tables notify, without a payload. */
export const HINT_CHANNEL = 'sync_status'

export interface NotifyHintBusOptions {
  readonly createClient: () => pg.Client
  readonly clock: Clock
  readonly random: Random
}

const FIRST_RETRY_MS = 100
const LONGEST_RETRY_MS = 5000
/** A server that answers says goodbye in a round trip. */
const GOODBYE_MS = 1000

/**
 * Postgres NOTIFY, which the triggers of the tables send: a connection of its own that listens. Hints of this node's own
 * flushes are known by the process id of their connection and left out.
 */
export class NotifyHintBus implements HintBus {
  /** It only backs what was lost. */
  readonly pollMs = 1000
  readonly #options: NotifyHintBusOptions
  readonly #expected = new Map<number, number>()
  #client: pg.Client | null = null
  /** The same, or what is to become it. */
  #latest: pg.Client | null = null
  #timer: TimerHandle | null = null
  #failures = 0
  #listening: HintListening | null = null
  #stopped = false
  #connecting: Promise<void> = Promise.resolve()

  constructor(options: NotifyHintBusOptions) {
    this.#options = options
  }

  start(listening: HintListening): void {
    if (this.#listening !== null) return
    this.#listening = listening
    this.#connecting = this.#connect()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#timer?.cancel()
    const over = new AbortController()
    const late = sleep(this.#options.clock, GOODBYE_MS, over.signal).catch(() => {})
    await Promise.race([this.#sayGoodbye(), late])
    over.abort()
    if (this.#latest !== null) cutConnection(this.#latest)
  }

  announce(): void {}

  expectOwn(processId: number): () => void {
    if (this.#client === null) return () => {}
    this.#expected.set(processId, (this.#expected.get(processId) ?? 0) + 1)
    return () => this.#isExpected(processId)
  }

  async #sayGoodbye(): Promise<void> {
    await this.#connecting
    const client = this.#client
    this.#client = null
    await client?.end().catch(() => {})
  }

  #isExpected(processId: number): boolean {
    const count = this.#expected.get(processId)
    if (count === undefined) return false
    if (count > 1) this.#expected.set(processId, count - 1)
    else this.#expected.delete(processId)
    return true
  }

  async #connect(): Promise<void> {
    let client: pg.Client | null = null
    try {
      client = this.#options.createClient()
      const mine = client
      this.#latest = client
      // Without a listener a broken connection would end the process; `end` follows each error.
      client.on('error', () => {})
      client.on('end', () => this.#lost(mine))
      client.on('notification', ({ processId }) => {
        if (!this.#isExpected(processId)) this.#listening?.heard()
      })
      await client.connect()
      await client.query(`LISTEN ${HINT_CHANNEL}`)
      this.#expected.clear()
      this.#client = client
      this.#failures = 0
      // What was told before is lost.
      this.#listening?.heard()
    } catch {
      client?.end().catch(() => {})
      this.#retry()
    }
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return
    this.#client = null
    this.#retry()
  }

  #retry(): void {
    if (this.#stopped || this.#timer !== null) return
    this.#failures += 1
    this.#listening?.lost()
    const ceiling = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.#failures - 1))
    this.#timer = this.#options.clock.setTimeout(
      () => {
        this.#timer = null
        this.#connecting = this.#connect()
      },
      ceiling * (0.5 + this.#options.random.next() / 2),
    )
    this.#timer.unref()
  }
}
