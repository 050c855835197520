import type { Clock, Cursor, LiveRow, OperationCounts, Topic } from '@syncwatch/core'
import { movedColumns, SyncwatchError } from '@syncwatch/core'
import type { HubState, LiveHub, RowChange, TopicBatch, TopicView } from '@syncwatch/status-manager'
import { isProgressOnly, type ModelDatabase } from './model-database.ts'

/** A live hub over the model database. `publish` is the poll: it hands out what changed since the last one. */
export class FakeHub implements LiveHub {
  readonly #database: ModelDatabase
  readonly #views = new Set<FakeView>()
  /** Counts loads of topics, as reads of the database. */
  loads = 0
  /** When set, topics cannot be opened, and nothing is read. */
  isDown = false
  /** What was asked of `readAfter`. */
  readonly asked: ('soon' | 'anyway')[] = []
  readonly #clock: Clock | null
  #readAt = Number.NEGATIVE_INFINITY
  #awaiting: { moment: number; resolve: () => void }[] = []

  readonly state: HubState = 'live'
  readonly #stateListeners = new Set<(state: HubState) => void>()

  /** With a clock it is known when it read last, and who must not be told less than a later reading waits for one. */
  constructor(database: ModelDatabase, clock: Clock | null = null) {
    this.#database = database
    this.#clock = clock
  }

  onState(listener: (state: HubState) => void): () => void {
    this.#stateListeners.add(listener)
    return () => void this.#stateListeners.delete(listener)
  }

  registerTopicSource(): void {}

  /** The database turns out to be another one. */
  reset(epoch: string): void {
    this.#database.epoch = epoch
    for (const listener of this.#stateListeners) listener('reset')
  }

  get epoch(): string {
    return this.#database.epoch
  }

  get watchers(): number {
    return this.#views.size
  }

  async open(topic: Topic): Promise<TopicView> {
    await Promise.resolve()
    if (this.isDown) throw new SyncwatchError('database_unavailable', 'The database is away.')
    this.loads += 1
    const view = new FakeView(topic, this.#database, (closed) => this.#views.delete(closed))
    this.#views.add(view)
    return view
  }

  async readAfter(moment: number, when: 'soon' | 'anyway'): Promise<void> {
    this.asked.push(when)
    if (this.isDown) throw new SyncwatchError('database_unavailable', 'The database is away.')
    if (this.#clock === null || this.#readAt > moment || this.#views.size === 0) return
    await new Promise<void>((resolve) => this.#awaiting.push({ moment, resolve }))
  }

  /** One flush: `isRead` false leaves the cursors where they are, as rows returned by a flush do. */
  publish({ isRead = true }: { isRead?: boolean } = {}): void {
    for (const view of [...this.#views]) view.publish(isRead)
    if (!isRead || this.#clock === null) return
    this.#readAt = this.#clock.monotonic()
    const isDue = ({ moment }: { moment: number }) => moment < this.#readAt
    for (const { resolve } of this.#awaiting.filter(isDue)) resolve()
    this.#awaiting = this.#awaiting.filter((each) => !isDue(each))
  }
}

class FakeView implements TopicView {
  readonly topic: Topic
  readonly #database: ModelDatabase
  readonly #onClose: (view: FakeView) => void
  readonly #listeners = new Set<(batch: TopicBatch) => void>()
  #held = new Map<string, LiveRow>()
  #counts: OperationCounts | null
  #read: number
  /** What was handed out by flushes since the cursor. */
  #seen: number

  constructor(topic: Topic, database: ModelDatabase, onClose: (view: FakeView) => void) {
    this.topic = topic
    this.#database = database
    this.#onClose = onClose
    this.#read = database.xid
    this.#seen = database.xid
    this.#counts = topic === 'operations' ? database.counts() : null
    for (const row of database.rows(topic)) this.#held.set(row.id, row)
  }

  get cursor(): Cursor {
    return String(this.#read)
  }

  rows(): readonly LiveRow[] {
    return [...this.#held.values()]
  }

  counts(): OperationCounts | null {
    return this.#counts
  }

  since(cursor: Cursor): { rows: readonly LiveRow[]; removed: readonly string[] } | null {
    const from = Number(cursor)
    if (from < this.#database.floor || from > this.#read) return null
    const since = this.#database.since(this.topic, from)
    // Only what this view knows of is answered: the rest comes with the next batch.
    const rows = since.rows.map((row) => this.#held.get(row.id)).filter((row) => row !== undefined)
    return { rows, removed: since.removed.filter((id) => !this.#held.has(id)) }
  }

  subscribe(listener: (batch: TopicBatch) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  close(): void {
    this.#listeners.clear()
    this.#onClose(this)
  }

  publish(isRead: boolean): void {
    const { rows } = this.#database.since(this.topic, this.#seen)
    // By comparison, not by the record of removals, which may have been purged before this node read it.
    const removed = [...this.#held.keys()].filter((id) => !this.#database.get(this.topic, id))
    this.#seen = this.#database.xid
    if (isRead) this.#read = this.#database.xid
    const changes = rows.map((row): RowChange => {
      const before = this.#held.get(row.id)
      if (before === undefined || !isProgressOnly(before, row)) return { row, extent: 'full' }
      return { row, extent: 'progress', moved: movedColumns(before, row) }
    })
    if (changes.length === 0 && removed.length === 0) return
    this.#held = new Map(this.#database.rows(this.topic).map((row) => [row.id, row]))
    this.#counts = this.topic === 'operations' ? this.#database.counts() : null
    const batch: TopicBatch = { topic: this.topic, cursor: this.cursor, changes, removed, counts: this.#counts }
    for (const listener of this.#listeners) listener(batch)
  }
}
