import type { OperationRow, Topic } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import type { StatusDatabase } from '../database/status-database.ts'
import type { OperationMemory } from '../operations/operation-memory.ts'
import { type Changed, type StoredOperation, toChanged } from '../queries/operation-columns.ts'
import { type Horizon, readHorizon } from '../queries/read-horizon.ts'
import { readOperationChanges } from '../queries/read-operation-changes.ts'
import { type OperationTotalsRow, readOperationTotals } from '../queries/read-operation-totals.ts'
import { readOperationsWindow } from '../queries/read-operations-window.ts'
import { ENDED_IN_VIEW, OperationsMemory, type OperationTotals } from './operations-memory.ts'
import { readRemovalsOf } from './removals.ts'
import type { TopicFamily } from './topic-family.ts'
import type { TopicMemory, TopicRead } from './topic-memory.ts'

/** The topic `operations`. */
export class OperationsFamily implements TopicFamily {
  readonly #database: StatusDatabase
  readonly #memory: OperationMemory
  readonly #openInView: number

  constructor(database: StatusDatabase, memory: OperationMemory, openInView: number) {
    this.#database = database
    this.#memory = memory
    this.#openInView = openInView
  }

  has(topic: Topic): boolean {
    return topic === 'operations'
  }

  async load(): Promise<ReadonlyMap<Topic, TopicMemory>> {
    const { schema } = this.#database
    return this.#database.transaction(
      async (client) => {
        const [horizon] = await query<Horizon & Record<string, unknown>>(client, readHorizon(schema))
        const cursor = horizon?.xmin ?? '0'
        const [totals] = await query<OperationTotalsRow & Record<string, unknown>>(
          client,
          readOperationTotals(schema),
          [cursor],
        )
        const window = [this.#openInView, ENDED_IN_VIEW]
        const rows = await query<StoredOperation & Record<string, unknown>>(
          client,
          readOperationsWindow(schema),
          window,
        )
        const memory = new OperationsMemory(toTotals(totals), this.#openInView)
        memory.load(this.#learn(rows))
        const { removed, removedFrom } = await readRemovalsOf(client, schema, 'operations', 0n)
        for (const removal of removed) memory.removals.add(removal)
        memory.removals.raiseFloor(removedFrom ?? 0n)
        memory.removals.raiseFloor(BigInt(horizon?.floors?.operations ?? 0))
        return new Map([['operations' as Topic, memory]])
      },
      { isolation: 'repeatable read', readOnly: true },
    )
  }

  async read(_topics: readonly Topic[], since: bigint): Promise<ReadonlyMap<Topic, TopicRead>> {
    const { schema } = this.#database
    const [rows, removals] = await Promise.all([
      this.#database.query<StoredOperation & Record<string, unknown>>(readOperationChanges(schema), [String(since)]),
      readRemovalsOf(this.#database.pool, schema, 'operations', since),
    ])
    return new Map([['operations' as Topic, { rows: this.#learn(rows) as unknown as TopicRead['rows'], ...removals }]])
  }

  async complete(memory: TopicMemory, cursor: bigint): Promise<TopicRead | null> {
    if (!(memory instanceof OperationsMemory)) return null
    if (memory.needsRecount) {
      const [totals] = await this.#database.query<OperationTotalsRow & Record<string, unknown>>(
        readOperationTotals(this.#database.schema),
        [String(cursor)],
      )
      memory.recount(toTotals(totals), cursor)
    }
    if (!memory.needsRefill) return null
    const rows = await this.#database.query<StoredOperation & Record<string, unknown>>(
      readOperationsWindow(this.#database.schema),
      [this.#openInView, 0],
    )
    return { rows: this.#learn(rows) as unknown as TopicRead['rows'], removed: [] }
  }

  /** What the hub reads, the rest of this node knows too. */
  #learn(stored: readonly StoredOperation[]): Changed<OperationRow>[] {
    const changes = stored.map(toChanged<OperationRow>)
    this.#memory.refresh(changes.map(({ row }) => row))
    return changes
  }
}

function toTotals(row: OperationTotalsRow | undefined): OperationTotals {
  return {
    open: new Map(Object.entries(row?.open ?? {})),
    ended: {
      completed: row?.ended?.completed ?? 0,
      failed: row?.ended?.failed ?? 0,
      cancelled: row?.ended?.cancelled ?? 0,
    },
    justEnded: new Map(
      Object.entries(row?.just_ended ?? {}).map(([id, [status, xid]]) => [id, { status, changed: BigInt(xid) }]),
    ),
  }
}
