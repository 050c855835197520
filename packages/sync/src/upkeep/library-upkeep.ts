import type { Clock, TimerHandle } from '@syncwatch/core'
import type { Pool } from 'pg'
import type { VaultSweep } from '../ports/vault-sweep.ts'
import { type KeptDays, purgeExpired } from './purge-expired.ts'
import { type Swept, sweepVault } from './sweep-vault.ts'

export interface LibraryUpkeepOptions {
  readonly pool: Pool
  readonly vault: VaultSweep
  readonly clock: Clock
  readonly kept: KeptDays
  /** Milliseconds between two rounds; an hour by default. The vault is swept once a day, first an hour after the start. */
  readonly intervalMs?: number
  onSwept?(swept: Swept): void
  onError?(error: unknown): void
}

const HOUR_MS = 3_600_000
const SWEEP_MS = 24 * HOUR_MS

/** Removes what is over: the trash, versions, tombstones, old runs, and content that nothing refers to. Any number of nodes may do it. */
export class LibraryUpkeep {
  readonly #options: LibraryUpkeepOptions
  readonly #stopping = new AbortController()
  #timer: TimerHandle | undefined
  #working: Promise<void> = Promise.resolve()
  #sweptAt: number | null = null

  constructor(options: LibraryUpkeepOptions) {
    this.#options = options
  }

  start(): void {
    this.#wait()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#timer?.cancel()
    await this.#working
  }

  /** One round now. */
  async run(): Promise<void> {
    const { pool, vault, clock, kept, onSwept } = this.#options
    const now = clock.now()
    await purgeExpired(pool, kept, now)
    if (this.#sweptAt !== null && now - this.#sweptAt < SWEEP_MS) return
    onSwept?.(await sweepVault({ pool, vault, now, signal: this.#stopping.signal }))
    this.#sweptAt = now
  }

  #wait(): void {
    if (this.#stopping.signal.aborted) return
    this.#timer = this.#options.clock.setTimeout(() => {
      this.#working = this.run().then(
        () => this.#wait(),
        (error: unknown) => {
          if (!this.#stopping.signal.aborted) this.#options.onError?.(error)
          this.#wait()
        },
      )
    }, this.#options.intervalMs ?? HOUR_MS)
    this.#timer.unref()
  }
}
