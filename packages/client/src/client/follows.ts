import type { OperationFilter } from '@syncwatch/core'
import type { TopicRequest } from './client-options.ts'

/** A topic as `hello` and `subscribe` name it. */
export interface TopicSubscription {
  topic: string
  filter?: OperationFilter
}

/** Who follows what. Several followers of a topic share it: filtered where they agree on the filter, else whole. */
export interface Follows {
  /** True when the server must be told. */
  add(topic: string, filter?: OperationFilter): boolean
  /** `ended` when that was the last follower, `changed` when the shared filter is another one now. */
  remove(topic: string, filter?: OperationFilter): 'ended' | 'changed' | 'same'
  has(topic: string): boolean
  subscription(topic: string): TopicSubscription
  all(): TopicSubscription[]
}

export function createFollows(topics: readonly TopicRequest[]): Follows {
  const filters = new Map<string, (OperationFilter | undefined)[]>()
  const subscription = (topic: string): TopicSubscription => {
    const all = filters.get(topic) ?? []
    const kinds = new Set(all.map((filter) => JSON.stringify(filter)))
    return all[0] && kinds.size === 1 ? { topic, filter: all[0] } : { topic }
  }
  const keyOf = (topic: string) => filters.has(topic) && JSON.stringify(subscription(topic))
  const add: Follows['add'] = (topic, filter) => {
    const before = keyOf(topic)
    filters.set(topic, [...(filters.get(topic) ?? []), filter])
    return keyOf(topic) !== before
  }
  for (const request of topics) {
    if (typeof request === 'string') add(request)
    else add(request.topic, request.filter)
  }
  return {
    add,
    remove: (topic, filter) => {
      const before = keyOf(topic)
      const rest = filters.get(topic) ?? []
      const index = rest.indexOf(filter)
      if (index < 0) return 'same'
      filters.set(topic, rest.toSpliced(index, 1))
      if (rest.length > 1) return keyOf(topic) === before ? 'same' : 'changed'
      filters.delete(topic)
      return 'ended'
    },
    has: (topic) => filters.has(topic),
    subscription,
    all: () => [...filters.keys()].map(subscription),
  }
}
