import type { Topic } from '@syncwatch/core'
import type { StatusDatabase } from '../database/status-database.ts'
import type { OperationMemory } from '../operations/operation-memory.ts'
import { readEventChanges } from '../queries/read-event-changes.ts'
import { readItemChanges } from '../queries/read-item-changes.ts'
import { OperationDetailFamily } from './operation-detail-family.ts'
import { OperationsFamily } from './operations-family.ts'
import { connectionsFamily, healthFamily, sourceFamily } from './single-topic-family.ts'
import type { TopicFamily } from './topic-family.ts'
import type { TopicMemory, TopicRead } from './topic-memory.ts'
import type { TopicSource } from './topic-source.ts'

/** Every topic has one family, whose reading serves all of its topics at once. */
export class TopicFamilies {
  readonly #families: TopicFamily[]
  /** Families of topics that somebody follows and nobody owns. */
  readonly #empty = new Set<TopicFamily>()

  constructor(database: StatusDatabase, memory: OperationMemory, openInView: number) {
    this.#families = [
      new OperationsFamily(database, memory, openInView),
      new OperationDetailFamily(database, 'items:', readItemChanges),
      new OperationDetailFamily(database, 'events:', readEventChanges),
      healthFamily(database),
      connectionsFamily(database),
    ]
  }

  /** Later ones take precedence: a topic may have been asked for before its owner came. */
  register(topic: Topic, source: TopicSource): void {
    this.#families.unshift(sourceFamily(topic, source))
  }

  async load(topics: readonly Topic[]): Promise<[Topic, TopicMemory][]> {
    const loaded: [Topic, TopicMemory][] = []
    for (const [family, members] of this.#group(topics)) loaded.push(...(await family.load(members)))
    return loaded
  }

  async read(topics: readonly Topic[], since: bigint): Promise<[Topic, TopicRead][]> {
    const reads: [Topic, TopicRead][] = []
    for (const [family, members] of this.#group(topics)) reads.push(...(await family.read(members, since)))
    return reads
  }

  /** What a memory wants to be read besides, after changes were applied to it. */
  async complete(topic: Topic, memory: TopicMemory, cursor: bigint): Promise<TopicRead | null> {
    return (await this.#of(topic).complete?.(memory, cursor)) ?? null
  }

  /** Whether there can be anything to read. */
  hasOwner(topic: Topic): boolean {
    return !this.#empty.has(this.#of(topic))
  }

  #group(topics: readonly Topic[]): Map<TopicFamily, Topic[]> {
    const groups = new Map<TopicFamily, Topic[]>()
    for (const topic of topics) {
      const family = this.#of(topic)
      const group = groups.get(family)
      if (group === undefined) groups.set(family, [topic])
      else group.push(topic)
    }
    return groups
  }

  #of(topic: Topic): TopicFamily {
    const found = this.#families.find((family) => family.has(topic))
    if (found !== undefined) return found
    // A topic whose owner is not part of this process has no rows here.
    const empty = sourceFamily(topic, { read: async () => ({ rows: [], removed: [] }) })
    this.#families.push(empty)
    this.#empty.add(empty)
    return empty
  }
}
