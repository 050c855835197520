import { type Cursor, compareCursors } from '@syncwatch/core'

/** How far each topic has been read, and in which history. */
export interface TopicCursors {
  /** Up to where; a topic that is not in here is to be read anew. Its history is still known, so its rows need not go. */
  readonly read: Map<string, Cursor>
  /** The place to go on from: the earliest of these topics; nothing unless each of them has a snapshot. */
  resume(topics: readonly string[]): { epoch: string; cursor: Cursor } | undefined
  /** A session begins. Unless it resumes, nothing of before counts. */
  welcome(epoch: string, isResumed: boolean): void
  /** True, once, when the rows that are held of a topic are of another history. */
  isOutdated(topic: string): boolean
}

export function createTopicCursors(): TopicCursors {
  const read = new Map<string, Cursor>()
  /** Topics whose rows belong to another history and must go before the next snapshot is taken in. */
  const outdated = new Set<string>()
  let known: string | undefined
  return {
    read,
    resume: (topics) => {
      const cursors = topics.flatMap((topic) => read.get(topic) ?? []).sort(compareCursors)
      return known && cursors[0] && cursors.length === topics.length ? { epoch: known, cursor: cursors[0] } : undefined
    },
    welcome: (epoch, isResumed) => {
      if (known !== undefined && known !== epoch) for (const topic of read.keys()) outdated.add(topic)
      known = epoch
      if (!isResumed) read.clear()
    },
    isOutdated: (topic) => outdated.delete(topic),
  }
}
