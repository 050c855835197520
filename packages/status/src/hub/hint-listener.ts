import type { Clock, Random, TimerHandle } from '@syncwatch/core'
import { toSyncwatchError } from '@syncwatch/database'
import type pg from 'pg'

/** The channel that the triggers of the status tables notify, without a payload. */
export const HINT_CHANNEL = 'sync_status'

export interface HintListenerOptions {
  readonly createClient: () => pg.Client
  readonly clock: Clock
  readonly random: Random
  /** Something was committed that this node has not published itself. */
  readonly onHint: () => void
  readonly onState: (state: 'connected' | 'lost', error?: unknown) => void
}

const FIRST_RETRY_MS = 100
const LONGEST_RETRY_MS = 5000

/**
 * A connection of its own that listens for hints and comes back by itself. A hint is never data and may be lost: the poll
 * of the hub backs it. Hints of this node's own flushes are known by the process id of their connection and left out.
 */
export class HintListener {
  readonly #options: HintListenerOptions
  readonly #expected = new Map<number, number>()
  #client: pg.Client | null = null
  #timer: TimerHandle | null = null
  #failures = 0
  #stopped = true
  #connecting: Promise<void> = Promise.resolve()

  constructor(options: HintListenerOptions) {
    this.#options = options
  }

  start(): void {
    if (!this.#stopped) return
    this.#stopped = false
    this.#connecting = this.#connect()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#timer?.cancel()
    await this.#connecting
    const client = this.#client
    this.#client = null
    await client?.end().catch(() => {})
  }

  /** A connection of this process is about to commit what it publishes itself. Returns how to take that back. */
  expect(processId: number): () => void {
    if (this.#client === null) return () => {}
    this.#expected.set(processId, (this.#expected.get(processId) ?? 0) + 1)
    return () => this.#isExpected(processId)
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
      // Without a listener a broken connection would end the process; `end` follows each error.
      client.on('error', () => {})
      client.on('end', () => this.#lost(mine))
      client.on('notification', ({ processId }) => {
        if (!this.#isExpected(processId)) this.#options.onHint()
      })
      await client.connect()
      await client.query(`LISTEN ${HINT_CHANNEL}`)
      this.#expected.clear()
      this.#client = client
      this.#failures = 0
      this.#options.onState('connected')
      this.#options.onHint()
    } catch (error) {
      client?.end().catch(() => {})
      this.#retry(toSyncwatchError(error))
    }
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return
    this.#client = null
    this.#retry(undefined)
  }

  #retry(error: unknown): void {
    if (this.#stopped || this.#timer !== null) return
    this.#failures += 1
    this.#options.onState('lost', error)
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
