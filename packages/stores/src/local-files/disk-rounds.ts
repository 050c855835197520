import { SyncProgram } from './sync-program.ts'
import type { DiskWait } from './waiting-works.ts'

/** From so many on the system is asked once for a whole file system: a disk is made to write in as many steps as it is asked. */
const MANY = 12

interface Queued {
  readonly wait: DiskWait
  resolve(isSynced: boolean): void
}

/**
 * Waits for the disk for all threads together. One round at a time: who comes while one is under way is in the next one, with all others
 * that have come until then.
 */
export class DiskRounds {
  readonly #program = new SyncProgram()
  #queue: Queued[] = []
  #isUnderWay = false

  /** Whether all that had been written when this was called is on the disk. Otherwise nobody asked for it: each is to ask by itself. */
  wait(wait: DiskWait): Promise<boolean> {
    return new Promise((resolve) => {
      this.#queue.push({ wait, resolve })
      if (!this.#isUnderWay) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#isUnderWay = true
    while (this.#queue.length > 0) {
      const round = this.#queue
      this.#queue = []
      const isSynced = await this.#together(round.map(({ wait }) => wait))
      for (const { resolve } of round) resolve(isSynced)
    }
    this.#isUnderWay = false
  }

  /** False where there are few, where this system has no such call, or where anything failed. */
  async #together(waits: readonly DiskWait[]): Promise<boolean> {
    const count = waits.reduce((sum, { ids }) => sum + ids.length, 0)
    if (count < MANY) return false
    const places = new Map(waits.flatMap((wait) => wait.places))
    return this.#program.sync([...places.values()])
  }

  close(): void {
    this.#program.close()
  }
}
