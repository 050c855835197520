import { type Hello, type OperationFilter, parseTopic, type Role, SyncwatchError, type Topic } from '@syncwatch/core'
import { toTellable } from '../access/admission.ts'
import { mayFollow } from '../access/topic-access.ts'

export interface Subscription {
  readonly topic: Topic
  readonly filter: OperationFilter | undefined
}

const DEFAULT_TOPICS = ['operations', 'health', 'stores'] as const

/** What a hello asks to follow, the last of several for one topic, and why the rest of it is refused. */
export function wantedTopics(
  hello: Pick<Hello, 'topics'>,
  role: Role,
  maxTopics: number,
): { topics: Subscription[]; refusals: SyncwatchError[] } {
  const wanted = new Map<Topic, Subscription>()
  const refusals: SyncwatchError[] = []
  for (const asked of hello.topics ?? DEFAULT_TOPICS) {
    try {
      const { topic: name, filter } = typeof asked === 'string' ? { topic: asked, filter: undefined } : asked
      const topic = parseTopic(name)
      checkFollow(topic, role, wanted, maxTopics)
      wanted.set(topic, { topic, filter })
    } catch (error) {
      refusals.push(toTellable(error))
    }
  }
  return { topics: [...wanted.values()], refusals }
}

/** Throws `forbidden`, or `rate_limited` where one more topic would be too many. */
export function checkFollow(
  topic: Topic,
  role: Role,
  followed: { has(topic: Topic): boolean; readonly size: number },
  maxTopics: number,
): void {
  if (!mayFollow(role, topic)) throw new SyncwatchError('forbidden', `Your role may not follow ${topic}.`)
  if (!followed.has(topic) && followed.size >= maxTopics)
    throw new SyncwatchError('rate_limited', `A session follows ${maxTopics} topics at most.`)
}
