/** Answers many inputs at once, in their order. Throwing fails all of them. */
export type RunBatch<Input, Output> = (inputs: readonly Input[]) => Promise<readonly Output[]>

interface Waiting<Input, Output> {
  readonly input: Input
  readonly resolve: (output: Output) => void
  readonly reject: (error: unknown) => void
}

/**
 * Gathers calls into batches: the first goes out at the end of the current tick (or after `wait`), and whatever arrives
 * while one is under way forms the next (after another `wait`). So a lone call is not delayed, and a thousand at once cost
 * a few statements.
 */
export class Batcher<Input, Output> {
  readonly #run: RunBatch<Input, Output>
  readonly #maximum: number
  readonly #wait: () => Promise<void>
  #waiting: Waiting<Input, Output>[] = []
  #running: Promise<void> | null = null

  constructor(run: RunBatch<Input, Output>, options: { maximum?: number; wait?: () => Promise<void> } = {}) {
    this.#run = run
    this.#maximum = options.maximum ?? 1000
    this.#wait = options.wait ?? (() => Promise.resolve())
  }

  add(input: Input): Promise<Output> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ input, resolve, reject })
      this.#running ??= this.#drain()
    })
  }

  /** Resolves when nothing is waiting or under way. */
  async settled(): Promise<void> {
    while (this.#running !== null) await this.#running
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#wait()
      const batch = this.#waiting.splice(0, this.#maximum)
      await this.#answer(batch)
    }
    this.#running = null
  }

  async #answer(batch: Waiting<Input, Output>[]): Promise<void> {
    try {
      const outputs = await this.#run(batch.map(({ input }) => input))
      for (const [index, { resolve }] of batch.entries()) resolve(outputs[index] as Output)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
}
