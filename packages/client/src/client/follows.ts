import type { OperationFilter } from '@syncwatch/core'
import type { TopicRequest } from './client-options.ts'

type Filter = OperationFilter | undefined

/** A topic as `hello` and `subscribe` name it. */
export interface TopicSubscription {
  topic: string
  filter?: OperationFilter
}

/** Who follows what. Several followers of a topic share it: filtered where they agree on the filter, else whole. */
export class Follows {
  readonly #filters = new Map<string, Filter[]>()

  constructor(topics: readonly TopicRequest[]) {
    for (const request of topics) {
      if (typeof request === 'string') this.add(request)
      else this.add(request.topic, request.filter)
    }
  }

  /** True when the server must be told. */
  add(topic: string, filter?: OperationFilter): boolean {
    const before = this.#key(topic)
    this.#filters.set(topic, [...(this.#filters.get(topic) ?? []), filter])
    return this.#key(topic) !== before
  }

  /** `ended` when that was the last follower, `changed` when the shared filter is another one now. */
  remove(topic: string, filter?: OperationFilter): 'ended' | 'changed' | 'same' {
    const before = this.#key(topic)
    const rest = [...(this.#filters.get(topic) ?? [])]
    const index = rest.indexOf(filter)
    if (index < 0) return 'same'
    rest.splice(index, 1)
    if (rest.length > 0) this.#filters.set(topic, rest)
    else this.#filters.delete(topic)
    if (rest.length === 0) return 'ended'
    return this.#key(topic) === before ? 'same' : 'changed'
  }

  has(topic: string): boolean {
    return this.#filters.has(topic)
  }

  subscription(topic: string): TopicSubscription {
    const [first, ...others] = this.#filters.get(topic) ?? []
    const isShared = others.every((filter) => JSON.stringify(filter) === JSON.stringify(first))
    return first && isShared ? { topic, filter: first } : { topic }
  }

  all(): TopicSubscription[] {
    return [...this.#filters.keys()].map((topic) => this.subscription(topic))
  }

  #key(topic: string): string {
    return this.has(topic) ? JSON.stringify(this.subscription(topic)) : ''
  }
}
