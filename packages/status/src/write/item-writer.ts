import { type ItemReport, type OperationId, SyncwatchError } from '@syncwatch/core'
import type { StatusDatabase } from '../database/status-database.ts'
import { type UpsertItemsResult, upsertItems } from '../queries/upsert-items.ts'
import type { Writer } from './flusher.ts'
import { type ItemValues, itemParameters } from './item-values.ts'
import { Outstanding } from './outstanding.ts'
import { fenced } from './progress-buffer.ts'

interface PendingItem extends ItemValues {
  readonly generation: number
  readonly skipped: number
}

/** Rows a statement. */
const CHUNK = 1000
/** Beyond this many, `room` holds its callers up. */
export const MOST_PENDING_ITEMS = 20_000

/** The latest report of each item until it is committed; written as multi-row upserts. */
export class ItemWriter implements Writer {
  readonly outstanding = new Outstanding()
  readonly #database: StatusDatabase
  readonly #onWritten: () => void
  #pending = new Map<string, PendingItem>()
  /** What the write under way carries: neither pending any more nor committed yet. */
  #underWay: readonly [string, PendingItem][] = []
  #roomWaiters: (() => void)[] = []

  constructor(database: StatusDatabase, onWritten: () => void) {
    this.#database = database
    this.#onWritten = onWritten
  }

  /** How many items are not known to be committed. */
  get unwritten(): number {
    return new Set([...this.#pending.keys(), ...this.#underWay.map(([key]) => key)]).size
  }

  get hasPending(): boolean {
    return this.#pending.size > 0
  }

  /** Items of one operation that are not committed. */
  has(id: OperationId): boolean {
    for (const item of this.#pending.values()) if (item.operation_id === id) return true
    return this.#underWay.some(([, item]) => item.operation_id === id)
  }

  /** Resolves when there is room for more. Memory stays bounded however fast items are reported. */
  async room(): Promise<void> {
    while (this.#pending.size >= MOST_PENDING_ITEMS)
      await new Promise<void>((resolve) => this.#roomWaiters.push(resolve))
  }

  accept(operation_id: OperationId, reports: readonly ItemReport[], attempt: number | null): void {
    for (const report of reports) {
      const key = `${operation_id}:${report.item_key}`
      const generation = this.#pending.get(key)?.generation ?? this.outstanding.add()
      this.#pending.set(key, { operation_id, attempt, report, generation, skipped: 0 })
    }
  }

  async write(): Promise<void> {
    const items = [...this.#pending]
    this.#pending = new Map()
    this.#underWay = items
    let done = 0
    try {
      for (; done < items.length; done += CHUNK) await this.#writeOrSplit(items.slice(done, done + CHUNK))
    } catch (error) {
      for (const [key, item] of items.slice(done)) this.#putBack(key, item)
      this.outstanding.fail(error)
      throw error
    } finally {
      this.#underWay = []
      if (done > 0) this.#onWritten()
    }
    this.outstanding.announce()
    for (const resolve of this.#roomWaiters.splice(0)) resolve()
  }

  async #writeOrSplit(items: [string, PendingItem][]): Promise<void> {
    try {
      await this.#writeChunk(items)
    } catch (error) {
      if (!(error instanceof SyncwatchError) || error.code !== 'invalid_input') throw error
      if (items.length === 1) return this.#refuse(items, error)
      const middle = Math.ceil(items.length / 2)
      await this.#writeOrSplit(items.slice(0, middle))
      await this.#writeOrSplit(items.slice(middle))
    }
  }

  async #writeChunk(items: [string, PendingItem][]): Promise<void> {
    const [result] = await this.#database.query<UpsertItemsResult & Record<string, unknown>>(
      upsertItems(this.#database.schema, 'SKIP LOCKED'),
      itemParameters(items.map(([, item]) => item)),
    )
    const attempts = new Map(result?.held ?? [])
    const missing: [string, PendingItem][] = []
    for (const [key, item] of items) {
      const attempt = attempts.get(item.operation_id)
      if (attempt === undefined) missing.push([key, item])
      else if (item.attempt !== null && item.attempt !== attempt)
        this.#refuse([[key, item]], fenced(item.operation_id, item.attempt, attempt))
      else this.outstanding.settle(item.generation)
    }
    if (missing.length > 0) await this.#wait(missing)
  }

  /** Their operation is held by somebody else, or was removed. */
  async #wait(missing: [string, PendingItem][]): Promise<void> {
    const suspects = new Set(missing.filter(([, { skipped }]) => skipped > 0).map(([, item]) => item.operation_id))
    const found = await this.#database.query<{ id: string }>(
      `SELECT id FROM ${this.#database.schema}.sync_operations WHERE id = ANY ($1::uuid[])`,
      [[...suspects]],
    )
    const there = new Set(found.map(({ id }) => id))
    for (const [key, item] of missing) {
      if (suspects.has(item.operation_id) && !there.has(item.operation_id))
        this.#refuse(
          [[key, item]],
          new SyncwatchError('operation_not_found', `Operation ${item.operation_id} was removed.`),
        )
      else this.#putBack(key, { ...item, skipped: item.skipped + 1 })
    }
  }

  #refuse(items: readonly [string, PendingItem][], error: SyncwatchError): void {
    for (const [, { generation }] of items) this.outstanding.settle(generation)
    this.outstanding.refuse(error)
  }

  #putBack(key: string, item: PendingItem): void {
    const newer = this.#pending.get(key)
    if (newer === undefined) this.#pending.set(key, item)
    else this.outstanding.settle(item.generation)
  }
}
