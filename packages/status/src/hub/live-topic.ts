import type { Cursor, LiveRow, OperationCounts, Topic } from '@syncwatch/core'
import type { TopicBatch, TopicView } from './live-hub.ts'
import type { MemoryChange, TopicMemory } from './topic-memory.ts'

/** What a topic needs of its hub. */
export interface LiveTopicOwner {
  readonly cursor: bigint
  closed(topic: LiveTopic): void
}

/** One loaded topic with everybody who watches it here. */
export class LiveTopic {
  readonly topic: Topic
  memory: TopicMemory
  readonly #owner: LiveTopicOwner
  readonly #listeners = new Set<(batch: TopicBatch) => void>()
  #views = 0
  #lastCounts: OperationCounts | null

  constructor(topic: Topic, memory: TopicMemory, owner: LiveTopicOwner) {
    this.topic = topic
    this.memory = memory
    this.#owner = owner
    this.#lastCounts = memory.counts()
  }

  get views(): number {
    return this.#views
  }

  /** Tells everybody. The cursor is the last one read, which what comes now may lie after, never before. */
  emit({ changes, removed }: MemoryChange): void {
    const counts = this.memory.counts()
    if (changes.length === 0 && removed.length === 0 && counts === this.#lastCounts) return
    this.#lastCounts = counts
    const batch: TopicBatch = { topic: this.topic, cursor: String(this.#owner.cursor), changes, removed, counts }
    for (const listener of this.#listeners) listener(batch)
  }

  view(): TopicView {
    this.#views += 1
    const own = new Set<(batch: TopicBatch) => void>()
    let isOpen = true
    const close = () => {
      if (!isOpen) return
      isOpen = false
      for (const listener of own) this.#listeners.delete(listener)
      this.#views -= 1
      if (this.#views === 0) this.#owner.closed(this)
    }
    return new View(this, this.#owner, {
      subscribe: (listener) => {
        // Each subscription is its own, also when the same function subscribes twice.
        const entry = (batch: TopicBatch) => listener(batch)
        own.add(entry)
        this.#listeners.add(entry)
        return () => {
          own.delete(entry)
          this.#listeners.delete(entry)
        }
      },
      close,
    })
  }
}

class View implements TopicView {
  readonly subscribe: TopicView['subscribe']
  readonly close: TopicView['close']
  readonly #live: LiveTopic
  readonly #owner: LiveTopicOwner

  constructor(live: LiveTopic, owner: LiveTopicOwner, actions: Pick<TopicView, 'subscribe' | 'close'>) {
    this.#live = live
    this.#owner = owner
    this.subscribe = actions.subscribe
    this.close = actions.close
  }

  get topic(): Topic {
    return this.#live.topic
  }

  get cursor(): Cursor {
    return String(this.#owner.cursor)
  }

  rows(): readonly LiveRow[] {
    return this.#live.memory.rows()
  }

  counts(): OperationCounts | null {
    return this.#live.memory.counts()
  }

  since(cursor: Cursor): ReturnType<TopicView['since']> {
    if (!/^\d{1,20}$/.test(cursor)) return null
    const from = BigInt(cursor)
    return from > this.#owner.cursor ? null : this.#live.memory.since(from)
  }
}
