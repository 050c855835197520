import type { LiveRow, Topic } from '@syncwatch/core'
import type { StatusDatabase } from '../database/status-database.ts'
import { type Changed, toChanged } from '../queries/operation-columns.ts'
import { RowsMemory } from './rows-memory.ts'
import type { TopicFamily } from './topic-family.ts'
import type { TopicMemory, TopicRead } from './topic-memory.ts'

/** How many items or timeline entries of one operation are in view, the latest changed. */
export const DETAILS_IN_VIEW = 500

/** A reading at most this many rows an operation; a larger change is cut to its latest part, as the view is. */
type DetailQuery = (schema: string) => string
type StoredDetail = LiveRow & { operation_id: string; changed_xid: string }

/** The topics `items:<operation>` and `events:<operation>`: one reading for all that are open. */
export class OperationDetailFamily implements TopicFamily {
  readonly #database: StatusDatabase
  readonly #prefix: 'items:' | 'events:'
  readonly #sql: DetailQuery

  constructor(database: StatusDatabase, prefix: 'items:' | 'events:', sql: DetailQuery) {
    this.#database = database
    this.#prefix = prefix
    this.#sql = sql
  }

  has(topic: Topic): boolean {
    return topic.startsWith(this.#prefix)
  }

  async load(topics: readonly Topic[]): Promise<ReadonlyMap<Topic, TopicMemory>> {
    const read = await this.read(topics, 0n)
    const memories = new Map<Topic, TopicMemory>()
    for (const topic of topics) {
      const memory = new RowsMemory(DETAILS_IN_VIEW)
      const first = read.get(topic)
      if (first !== undefined) memory.apply(first)
      memories.set(topic, memory)
    }
    return memories
  }

  async read(topics: readonly Topic[], since: bigint): Promise<ReadonlyMap<Topic, TopicRead>> {
    const ids = topics.map((topic) => topic.slice(this.#prefix.length))
    const stored = await this.#database.query<StoredDetail>(this.#sql(this.#database.schema), [
      ids,
      String(since),
      DETAILS_IN_VIEW,
    ])
    const rows = new Map<Topic, Changed<LiveRow>[]>()
    for (const each of stored) {
      const topic = `${this.#prefix}${each.operation_id}` as Topic
      const list = rows.get(topic)
      if (list === undefined) rows.set(topic, [toChanged<LiveRow>(each)])
      else list.push(toChanged<LiveRow>(each))
    }
    const reads = new Map<Topic, TopicRead>()
    // Oldest change first, so that the memory's order is that of the changes.
    for (const [topic, list] of rows) {
      const isCut = list.length >= DETAILS_IN_VIEW
      reads.set(topic, { rows: list.reverse(), removed: [], isCut })
    }
    return reads
  }
}
