import type { Logger } from 'pino'

/** One thing to undo, with a name for the log. */
export interface StopStep {
  readonly name: string
  stop(): unknown
}

/** Collects what was started and stops it in the opposite order. A step that fails does not keep the rest from stopping. */
export class StopList {
  readonly #steps: StopStep[] = []
  readonly #log: Logger
  readonly #begun = new AbortController()
  #stopped: Promise<void> | null = null

  constructor(log: Logger) {
    this.#log = log
  }

  /** Aborted when stopping begins, before the first step. */
  get begun(): AbortSignal {
    return this.#begun.signal
  }

  add(name: string, stop: () => unknown): void {
    this.#steps.unshift({ name, stop })
  }

  /** May be called more than once; the steps run once. */
  stop(): Promise<void> {
    this.#stopped ??= this.#run()
    return this.#stopped
  }

  async #run(): Promise<void> {
    this.#begun.abort()
    for (const step of this.#steps) {
      try {
        await step.stop()
        this.#log.debug({ step: step.name }, 'stopped')
      } catch (error) {
        this.#log.error({ step: step.name, err: error }, 'did not stop cleanly')
      }
    }
  }
}
