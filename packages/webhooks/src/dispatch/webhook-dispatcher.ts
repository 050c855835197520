import { type Clock, isSyncwatchError, type TimerHandle } from '@syncwatch/core'
import { quoteIdentifier } from '@syncwatch/database'
import type pg from 'pg'
import { signMessage } from '../events/sign-message.ts'
import type { WebhookSender } from '../network/webhook-sender.ts'
import { removeOldDeliveries } from '../upkeep/remove-old-deliveries.ts'
import { type ClaimedDelivery, claimDeliveries } from './claim-deliveries.ts'
import { type AttemptResult, judgeAttempt } from './judge-attempt.ts'
import { releaseDelivery, settleDelivery } from './settle-delivery.ts'

export interface WebhookDispatcherOptions {
  readonly pool: pg.Pool
  /** The schema of the status tables; `public` unless given. */
  readonly schema?: string
  readonly clock: Clock
  readonly sender: WebhookSender
  /** Told to receivers as `user-agent`. */
  readonly userAgent?: string
  /** Milliseconds between two looks; 1 s unless given. */
  readonly pollMs?: number
  /** Milliseconds for one attempt, name and connection included; 20 s unless given. */
  readonly timeoutMs?: number
  /** Milliseconds after which another node takes over what this one began; 10 s above the timeout unless given. */
  readonly leaseMs?: number
  /** Attempts at once in this process, 16, and at one endpoint, 4 (at most twice as many for a moment). */
  readonly concurrency?: number
  readonly perEndpoint?: number
  readonly onError?: (error: unknown) => void
}

/** What a lease lasts longer than an attempt: an outcome has to be written within it. */
const LEASE_MARGIN_MS = 10_000
const UPKEEP_MS = 3_600_000
/** How many pauses are made after a look that failed: the database is away. */
const AFTER_FAILURE = 5

/**
 * Delivers what waits in the outbox, at least once, in no promised order. Any number of nodes may do it on one database. What
 * a node had under way when it was killed is taken up by another one when its lease ends, 30 s after it began.
 */
export class WebhookDispatcher {
  readonly #options: WebhookDispatcherOptions
  readonly #schema: string
  readonly #timeoutMs: number
  readonly #underWay = new Map<Promise<void>, string>()
  readonly #stopping = new AbortController()
  #isOn = false
  #isAskedAgain = false
  #looking: Promise<void> | null = null
  #timer: TimerHandle | null = null
  #upkeepAt = Number.NEGATIVE_INFINITY

  constructor(options: WebhookDispatcherOptions) {
    this.#options = options
    this.#schema = quoteIdentifier(options.schema ?? 'public')
    this.#timeoutMs = options.timeoutMs ?? 20_000
  }

  start(): void {
    if (this.#isOn || this.#stopping.signal.aborted) return
    this.#isOn = true
    this.kick()
  }

  /** Looks at once for what is due. */
  kick(): void {
    if (!this.#isOn) return
    if (this.#looking !== null) {
      this.#isAskedAgain = true
      return
    }
    this.#timer?.cancel()
    this.#timer = null
    this.#looking = this.#look()
  }

  /** Takes nothing more, waits up to `graceMs` for what is under way and gives the rest back. */
  async stop(graceMs = 3_000): Promise<void> {
    this.#isOn = false
    this.#timer?.cancel()
    await this.#looking
    const timer = this.#options.clock.setTimeout(() => this.#stopping.abort(), graceMs)
    await Promise.all(this.#underWay.keys())
    timer.cancel()
    this.#stopping.abort()
  }

  async #look(): Promise<void> {
    const { clock, onError, pollMs = 1_000 } = this.#options
    let pause = pollMs
    try {
      await this.#claim()
      await this.#tidy()
    } catch (error) {
      onError?.(error)
      this.#isAskedAgain = false
      pause = pollMs * AFTER_FAILURE
    }
    this.#looking = null
    if (!this.#isOn) return
    if (this.#isAskedAgain) {
      this.#isAskedAgain = false
      return this.kick()
    }
    this.#timer = clock.setTimeout(() => this.kick(), pause)
    this.#timer.unref()
  }

  async #claim(): Promise<void> {
    const { pool, clock, concurrency = 16, perEndpoint = 4 } = this.#options
    const limit = concurrency - this.#underWay.size
    if (limit <= 0) return
    const counts = new Map<string, number>()
    for (const id of this.#underWay.values()) counts.set(id, (counts.get(id) ?? 0) + 1)
    const busy = [...counts].flatMap(([id, count]) => (count >= perEndpoint ? [id] : []))
    const { leaseMs = this.#timeoutMs + LEASE_MARGIN_MS } = this.#options
    const claimed = await claimDeliveries(pool, this.#schema, { now: clock.now(), limit, perEndpoint, busy, leaseMs })
    for (const delivery of claimed) {
      const work: Promise<void> = this.#deliver(delivery)
        .catch((error) => this.#options.onError?.(error))
        .finally(() => {
          this.#underWay.delete(work)
          this.kick()
        })
      this.#underWay.set(work, delivery.endpoint_id)
    }
  }

  async #deliver(delivery: ClaimedDelivery): Promise<void> {
    const { pool, clock } = this.#options
    const result = await this.#attempt(delivery)
    if (result === null) return releaseDelivery(pool, this.#schema, delivery)
    const now = clock.now()
    await settleDelivery(pool, this.#schema, delivery, judgeAttempt(result, delivery.attempts, now), now)
  }

  /** Null where our own stop came between. */
  async #attempt(delivery: ClaimedDelivery): Promise<AttemptResult | null> {
    const { clock, sender, userAgent = 'Syncwatch-Webhooks' } = this.#options
    const late = new AbortController()
    const timer = clock.setTimeout(() => late.abort(), this.#timeoutMs)
    const { url, message_id: messageId, payload, secrets } = delivery
    try {
      const signature = signMessage({ messageId, at: clock.now(), payload, secrets: secrets ?? [] })
      const headers = { 'content-type': 'application/json', 'user-agent': userAgent, ...signature }
      const signal = AbortSignal.any([late.signal, this.#stopping.signal])
      return { answer: await sender.send({ url, headers, body: payload }, signal) }
    } catch (error) {
      if (this.#stopping.signal.aborted) return null
      return { failure: late.signal.aborted ? `No answer within ${this.#timeoutMs / 1000} s.` : sentenceOf(error) }
    } finally {
      timer.cancel()
    }
  }

  async #tidy(): Promise<void> {
    const { pool, clock } = this.#options
    if (clock.monotonic() - this.#upkeepAt < UPKEEP_MS) return
    this.#upkeepAt = clock.monotonic()
    await removeOldDeliveries(pool, this.#schema, clock.now())
  }
}

/** What an operator is told; the code of a failed connection says more than its text. */
function sentenceOf(error: unknown): string {
  if (isSyncwatchError(error)) return error.message
  const code = error instanceof Error ? Reflect.get(error, 'code') : undefined
  if (typeof code === 'string') return `It could not be reached (${code}).`
  return error instanceof Error ? error.message.slice(0, 300) : 'It could not be reached.'
}
