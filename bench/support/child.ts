import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A process of ours that answers one request at a time, so that it is measured (or measures) apart from everybody else. */
export class Child {
  readonly #process: ChildProcess

  constructor(file: URL, args: readonly string[] = []) {
    this.#process = fork(fileURLToPath(file), args, { execArgv: process.execArgv })
  }

  /** Sends a request and waits for its answer. Rejects when the process ends instead. */
  async ask<Answer>(request: unknown): Promise<Answer> {
    const ended = new AbortController()
    const onEnd = () => ended.abort(new Error('A process of the benchmark ended too early.'))
    this.#process.once('exit', onEnd)
    try {
      this.#process.send(request as object)
      const [answer] = (await once(this.#process, 'message', { signal: ended.signal })) as [
        { answer?: Answer; error?: string },
      ]
      if (answer.error !== undefined) throw new Error(answer.error)
      return answer.answer as Answer
    } finally {
      this.#process.off('exit', onEnd)
    }
  }

  /** Ends it as a crash would: nothing is flushed, nobody is told. */
  async kill(): Promise<void> {
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await ended
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const ended = once(this.#process, 'exit')
    this.#process.disconnect()
    await ended
  }
}

/** The other end: answers what the parent asks, in order, and cleans up when the parent lets go. */
export function answerParent<Request>(
  answer: (request: Request) => Promise<unknown>,
  stop: () => Promise<void> = async () => {},
): void {
  let tail: Promise<unknown> = Promise.resolve()
  process.on('message', (request) => {
    tail = tail
      .then(() => answer(request as Request))
      .then(
        (value) => process.send?.({ answer: value ?? null }),
        (error: unknown) => process.send?.({ error: String((error as Error).stack ?? error) }),
      )
  })
  process.on('disconnect', () => void tail.then(stop).then(() => process.exit()))
}
