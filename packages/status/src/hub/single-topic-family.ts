import type { LiveRow, Topic } from '@syncwatch/core'
import type { StatusDatabase } from '../database/status-database.ts'
import type { StoredConnection } from '../queries/connection-columns.ts'
import { toChanged } from '../queries/operation-columns.ts'
import { readConnectionChanges } from '../queries/read-connection-changes.ts'
import { readHealth, type StoredHealth } from '../queries/read-health.ts'
import { readRemovalsOf } from './removals.ts'
import { RowsMemory } from './rows-memory.ts'
import type { TopicFamily } from './topic-family.ts'
import type { TopicMemory, TopicRead } from './topic-memory.ts'
import type { TopicSource } from './topic-source.ts'

/** How many rows a topic holds unless its source says otherwise. */
const ROWS_IN_VIEW = 1000

/** One topic with a reading of its own. */
export class SingleTopicFamily implements TopicFamily {
  readonly #topic: Topic
  readonly #read: (since: bigint | null) => Promise<TopicRead>
  readonly #most: number

  constructor(topic: Topic, read: (since: bigint | null) => Promise<TopicRead>, most = ROWS_IN_VIEW) {
    this.#topic = topic
    this.#read = read
    this.#most = most
  }

  has(topic: Topic): boolean {
    return topic === this.#topic
  }

  async load(): Promise<ReadonlyMap<Topic, TopicMemory>> {
    const memory = new RowsMemory(this.#most)
    const read = await this.#read(null)
    memory.apply(read)
    memory.raiseFloor(read.removedFrom ?? 0n)
    return new Map([[this.#topic, memory]])
  }

  async read(_topics: readonly Topic[], since: bigint): Promise<ReadonlyMap<Topic, TopicRead>> {
    return new Map([[this.#topic, await this.#read(since)]])
  }
}

/** The topic `connections`. */
export function connectionsFamily(database: StatusDatabase): TopicFamily {
  return new SingleTopicFamily('connections', async (since) => {
    const [rows, removals] = await Promise.all([
      database.query<StoredConnection & Record<string, unknown>>(readConnectionChanges(database.schema), [
        String(since ?? 0n),
        ROWS_IN_VIEW,
      ]),
      readRemovalsOf(database.pool, database.schema, 'connections', since ?? 0n),
    ])
    return {
      rows: rows.reverse().map((row) => toChanged<LiveRow>(row as unknown as LiveRow & { changed_xid: string })),
      ...removals,
      isCut: rows.length >= ROWS_IN_VIEW,
    }
  })
}

/** The topic `health`: one row. */
export function healthFamily(database: StatusDatabase): TopicFamily {
  return new SingleTopicFamily('health', async () => {
    const [stored] = await database.query<StoredHealth & Record<string, unknown>>(readHealth(database.schema))
    if (stored === undefined || stored.report.status === undefined) return { rows: [], removed: [] }
    const row = { ...stored.report, id: 'system', rev: stored.rev } as unknown as LiveRow
    return { rows: [{ row, changed: BigInt(stored.changed_xid) }], removed: [] }
  })
}

/** A topic of another room. */
export function sourceFamily(topic: Topic, source: TopicSource): TopicFamily {
  const read = async (since: bigint | null): Promise<TopicRead> => {
    const { rows, removed, removedFrom } = await source.read(since === null ? null : String(since))
    return {
      rows: rows.map(({ row, changed }) => ({ row, changed: BigInt(changed) })),
      removed: removed.map(({ id, changed }) => ({ id, changed: BigInt(changed) })),
      isCut: rows.length >= (source.most ?? Number.POSITIVE_INFINITY),
      removedFrom: removedFrom === undefined ? undefined : BigInt(removedFrom),
    }
  }
  return new SingleTopicFamily(topic, read, source.most)
}
