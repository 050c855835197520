import { type Cursor, compareCursors, type DownFrame } from '@syncwatch/core'

/** How far each topic has been read, and in which history. */
export class TopicCursors {
  readonly #cursors = new Map<string, Cursor>()
  /** Topics whose rows belong to another history and must go before the next snapshot is taken in. */
  readonly #outdated = new Set<string>()
  #epoch: string | null = null

  /** The place to go on from: the earliest of all topics; nothing unless each of them has a snapshot. */
  resume(topics: readonly string[]): { epoch: string; cursor: Cursor } | undefined {
    const cursors = topics.map((topic) => this.#cursors.get(topic))
    if (this.#epoch === null || cursors.length === 0) return undefined
    let earliest: Cursor | undefined
    for (const cursor of cursors) {
      if (cursor === undefined) return undefined
      if (earliest === undefined || compareCursors(cursor, earliest) < 0) earliest = cursor
    }
    return earliest === undefined ? undefined : { epoch: this.#epoch, cursor: earliest }
  }

  /** A session begins. Unless it resumes, nothing of before counts. */
  welcome(epoch: string, isResumed: boolean): void {
    if (this.#epoch !== null && this.#epoch !== epoch) {
      for (const topic of this.#cursors.keys()) this.#outdated.add(topic)
    }
    this.#epoch = epoch
    if (!isResumed) this.#cursors.clear()
  }

  /** True when the rows that are held for this snapshot's topic are of another history. */
  isOutdated(frame: DownFrame): boolean {
    return frame.type === 'snapshot' && this.#outdated.delete(frame.topic)
  }

  has(topic: string): boolean {
    return this.#cursors.has(topic)
  }

  read(topic: string, cursor: Cursor): void {
    this.#cursors.set(topic, cursor)
  }

  forget(topic: string): void {
    this.#cursors.delete(topic)
  }

  /** Everything is to be read anew. The history is still known, so rows need not go. */
  clear(): void {
    this.#cursors.clear()
  }
}
