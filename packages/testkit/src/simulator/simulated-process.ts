import { SyncwatchError } from '@syncwatch/core'
import type { FakeClock } from '../fake-clock.ts'
import type { Beside, Edit, Event, ScheduledRun } from './schedule.ts'

/** The end of a process, wherever it is. */
export class Crash extends Error {}

/** What else happens while a process works. */
export interface Meanwhile {
  happen(edit: Edit | Event): void
  takeOver(): Promise<void>
  /** Begins beside it, and is not waited for. */
  begin(beside: Beside): void
}

/** Counts the steps of a process, and ends it, or lets others in, at some of them. */
export class SimulatedProcess {
  steps = 0
  /** When a person cancelled it, on the clock that never jumps; null where nobody did. */
  cancelledAt: number | null = null
  readonly #run: ScheduledRun
  readonly #clock: FakeClock
  readonly #meanwhile: Meanwhile | null
  readonly #cancel = new AbortController()
  #dead = false

  constructor(run: ScheduledRun, clock: FakeClock, meanwhile: Meanwhile | null) {
    this.#run = run
    this.#clock = clock
    this.#meanwhile = meanwhile
  }

  get signal(): AbortSignal {
    return this.#cancel.signal
  }

  async step(name: string): Promise<void> {
    if (this.#dead) throw new Crash(`after the end: ${name}`)
    this.steps += 1
    const now = this.steps
    const { crashAt, takeOverAt, cancelAt, during, beside } = this.#run
    if (now === crashAt) {
      this.#dead = true
      throw new Crash(name)
    }
    if (now === cancelAt) {
      this.cancelledAt = this.#clock.monotonic()
      this.#cancel.abort(new SyncwatchError('cancelled', 'Somebody cancelled it.'))
    }
    if (this.#meanwhile === null) return
    for (const { step, edit } of during) if (step === now) this.#meanwhile.happen(edit)
    for (const one of beside ?? []) if (one.step === now) this.#meanwhile.begin(one)
    if (now === takeOverAt) await this.#meanwhile.takeOver()
    if (this.#dead) throw new Crash(`after the end: ${name}`)
  }
}

/** Turns the clock on whenever everybody waits for it. */
export async function pump(clock: FakeClock, work: Promise<void>): Promise<void> {
  let running = true
  const done = work.finally(() => {
    running = false
  })
  done.catch(() => undefined)
  for (let idle = 0; running; ) {
    await new Promise((resolve) => setImmediate(resolve))
    if (!running) break
    const next = clock.nextTimerIn
    if (next === undefined) {
      idle += 1
      if (idle > 1_000) throw new Error('It waits for something that never comes.')
    } else {
      idle = 0
      await clock.advance(next)
    }
  }
  await done
}
