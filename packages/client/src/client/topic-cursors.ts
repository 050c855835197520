import { type Cursor, compareCursors } from '@syncwatch/core'

/** How far each topic has been read, and in which history. */
export interface TopicCursors {
  /** The place to go on from: the earliest of these topics; nothing unless each of them has a snapshot. */
  resume(topics: readonly string[]): { epoch: string; cursor: Cursor } | undefined
  /** A session begins. Unless it resumes, nothing of before counts. */
  welcome(epoch: string, isResumed: boolean): void
  /** True, once, when the rows that are held of a topic are of another history. */
  isOutdated(topic: string): boolean
  has(topic: string): boolean
  read(topic: string, cursor: Cursor): void
  forget(topic: string): void
  /** Everything is to be read anew. The history is still known, so rows need not go. */
  clear(): void
}

export function createTopicCursors(): TopicCursors {
  const cursors = new Map<string, Cursor>()
  /** Topics whose rows belong to another history and must go before the next snapshot is taken in. */
  const outdated = new Set<string>()
  let known: string | undefined
  return {
    resume: (topics) => {
      const read = topics.flatMap((topic) => cursors.get(topic) ?? []).sort(compareCursors)
      return known !== undefined && read[0] !== undefined && read.length === topics.length
        ? { epoch: known, cursor: read[0] }
        : undefined
    },
    welcome: (epoch, isResumed) => {
      if (known !== undefined && known !== epoch) for (const topic of cursors.keys()) outdated.add(topic)
      known = epoch
      if (!isResumed) cursors.clear()
    },
    isOutdated: (topic) => outdated.delete(topic),
    has: (topic) => cursors.has(topic),
    read: (topic, cursor) => void cursors.set(topic, cursor),
    forget: (topic) => void cursors.delete(topic),
    clear: () => cursors.clear(),
  }
}
