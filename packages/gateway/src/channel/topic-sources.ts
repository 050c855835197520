import type { Topic } from '@syncwatch/core'
import type { LiveHub, TopicBatch, TopicView } from '@syncwatch/status-manager'

/** A topic that somebody here follows: one view of the hub, whatever the number of channels on it. */
export interface TopicSource {
  readonly view: TopicView
  /** Grows with each batch. */
  version(): number
  onBatch(listener: (batch: TopicBatch) => void): () => void
}

/** A claim on something shared; `release` is idempotent. */
export interface Lease<T> {
  readonly value: T
  release(): void
}

interface Holding {
  readonly opening: Promise<OpenSource>
  holders: number
}

/** Opens each topic once, and closes it when the last holder has let go. */
export class TopicSources {
  readonly #hub: LiveHub
  readonly #holdings = new Map<Topic, Holding>()

  constructor(hub: LiveHub) {
    this.#hub = hub
  }

  async acquire(topic: Topic): Promise<Lease<TopicSource>> {
    const holding = this.#holdings.get(topic) ?? this.#open(topic)
    holding.holders += 1
    let held = true
    const release = () => {
      if (held) this.#letGo(topic, holding)
      held = false
    }
    try {
      return { value: await holding.opening, release }
    } catch (error) {
      release()
      throw error
    }
  }

  #open(topic: Topic): Holding {
    const holding: Holding = { opening: this.#hub.open(topic).then((view) => new OpenSource(view)), holders: 0 }
    this.#holdings.set(topic, holding)
    return holding
  }

  #letGo(topic: Topic, holding: Holding): void {
    holding.holders -= 1
    if (holding.holders > 0) return
    if (this.#holdings.get(topic) === holding) this.#holdings.delete(topic)
    // A topic that could not be opened has nothing to close; who asked for it was told.
    holding.opening.then(
      (source) => source.close(),
      () => {},
    )
  }
}

class OpenSource implements TopicSource {
  readonly view: TopicView
  readonly #listeners = new Set<(batch: TopicBatch) => void>()
  readonly #stop: () => void
  #version = 0

  constructor(view: TopicView) {
    this.view = view
    this.#stop = view.subscribe((batch) => {
      this.#version += 1
      for (const listener of this.#listeners) listener(batch)
    })
  }

  version(): number {
    return this.#version
  }

  onBatch(listener: (batch: TopicBatch) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  close(): void {
    this.#stop()
    this.view.close()
  }
}
