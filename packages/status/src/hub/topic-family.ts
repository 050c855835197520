import type { Topic } from '@syncwatch/core'
import type { TopicMemory, TopicRead } from './topic-memory.ts'

/** A family of topics that one reading serves, however many of them are open. */
export interface TopicFamily {
  has(topic: Topic): boolean
  /** Loads topics that nobody followed before. */
  load(topics: readonly Topic[]): Promise<ReadonlyMap<Topic, TopicMemory>>
  /** Reads what changed at or after the cursor in topics that are loaded. */
  read(topics: readonly Topic[], since: bigint): Promise<ReadonlyMap<Topic, TopicRead>>
  /** After `read` was applied: what the memory wants to be read besides. */
  complete?(memory: TopicMemory, cursor: bigint): Promise<TopicRead | null>
}
