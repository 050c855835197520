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
  /** Takes one follower out that was added with this filter. True when the server must be told. */
  remove(topic: string, filter?: OperationFilter): boolean
  has(topic: string): boolean
  subscription(topic: string): TopicSubscription
  all(): TopicSubscription[]
}

export function createFollows(topics: readonly TopicRequest[]): Follows {
  const filters = new Map<string, (OperationFilter | undefined)[]>()
  const subscription = (topic: string): TopicSubscription => {
    const all = filters.get(topic) ?? []
    const [filter] = all
    const isShared = all.every((other) => JSON.stringify(other) === JSON.stringify(filter))
    return filter && isShared ? { topic, filter } : { topic }
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
      const all = filters.get(topic) ?? []
      filters.set(topic, all.toSpliced(all.indexOf(filter), 1))
      if (all.length < 2) filters.delete(topic)
      return keyOf(topic) !== before
    },
    has: (topic) => filters.has(topic),
    subscription,
    all: () => [...filters.keys()].map(subscription),
  }
}
