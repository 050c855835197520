import type { Store } from '@syncwatch/sync'
import { wrapStore } from './wrap-store.ts'

/** Reads of a store that wait at a gate, so that a test can step in while a run is under way. Open at first. */
export class GatedReads {
  #gate: PromiseWithResolvers<void> | null = null
  #waiting = Promise.withResolvers<void>()
  /** Reads that still pass a closed gate. */
  #passes = 0

  /** From now on reads wait, but for the next few. */
  close(passes = 0): this {
    this.#passes = passes
    this.#gate ??= Promise.withResolvers()
    this.#waiting = Promise.withResolvers()
    return this
  }

  open(): void {
    this.#gate?.resolve()
    this.#gate = null
  }

  /** Resolves once a read waits at the closed gate. */
  waiting(): Promise<void> {
    return this.#waiting.promise
  }

  wrap(store: Store): Store {
    return wrapStore(store, {
      read: async (key, options) => {
        await this.#pass(options?.signal)
        return store.read(key, options)
      },
    })
  }

  async #pass(signal?: AbortSignal): Promise<void> {
    if (this.#gate === null || this.#passes-- > 0) return
    this.#waiting.resolve()
    const aborted = new Promise<never>((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
    await Promise.race([this.#gate.promise, aborted])
  }
}
