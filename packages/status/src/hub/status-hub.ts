import { type Clock, type LiveRow, SyncwatchError, sleep, type Topic } from '@syncwatch/core'
import type { StatusDatabase } from '../database/status-database.ts'
import type { OperationMemory } from '../operations/operation-memory.ts'
import type { Changed } from '../queries/operation-columns.ts'
import { CHEAPLY_ASKED, type Floors, type News, readFloors, readNews } from '../queries/read-horizon.ts'
import type { HintBus } from './hint-bus.ts'
import { History } from './history.ts'
import type { HubState, LiveHub, TopicView } from './live-hub.ts'
import { LiveTopic, type LiveTopicOwner } from './live-topic.ts'
import { ReadingLoop } from './reading-loop.ts'
import { TopicFamilies } from './topic-families.ts'
import type { TopicMemory, TopicRead } from './topic-memory.ts'
import type { TopicSource } from './topic-source.ts'

export interface StatusHubOptions {
  readonly database: StatusDatabase
  readonly memory: OperationMemory
  readonly clock: Clock
  readonly hints: HintBus
  /** The most open operations that the topic `operations` holds. */
  readonly openInView: number
  readonly onWatchers: () => void
  readonly onError: (error: unknown) => void
}

/**
 * The smallest of our queries begins each reading, and is asked again while a reading lasts: a database that does not answer it in
 * this time counts as lost.
 */
const SIGN_OF_LIFE_MS = 3_000

/** Who waits for a reading that comes anyway has it after so long, and what it takes. */
const LONGEST_WAIT_MS = 1_500

interface Opening {
  readonly topic: Topic
  readonly resolve: (live: LiveTopic) => void
  readonly reject: (error: unknown) => void
}

/** Somebody who waits for a reading that begins after a moment. */
interface Awaiting {
  readonly moment: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * The live hub of a node. One reading at a time: it first takes the horizon (the oldest transaction that may still be
 * under way), then loads topics that were asked for and reads what changed since the last cursor in all the others. What
 * this node flushes is published at once from what the flush returned; the next reading finds it known.
 */
export class StatusHub implements LiveHub, LiveTopicOwner {
  readonly #options: StatusHubOptions
  readonly #families: TopicFamilies
  readonly #history: History
  readonly #loop: ReadingLoop
  /** Topics to be read from scratch. */
  readonly #stale = new Set<Topic>()
  readonly #hints: HintBus
  readonly #topics = new Map<Topic, LiveTopic>()
  readonly #pendingTopics = new Map<Topic, Promise<LiveTopic>>()
  readonly #stateListeners = new Set<(state: HubState) => void>()
  #opening: Opening[] = []
  #awaiting: Awaiting[] = []
  /** When the last reading began, and the last one that was told whole. */
  #beganAt = Number.NEGATIVE_INFINITY
  #toldOf = Number.NEGATIVE_INFINITY
  #cursor = 0n
  #lastHorizon = ''
  /** Counts readings: one that was given up may still get its answers, and changes nothing by then. */
  #reading = 0
  /** Topics that are being read from scratch. */
  #reloading: readonly Topic[] = []
  #state: HubState = 'idle'
  #stopped = false

  constructor(options: StatusHubOptions) {
    this.#options = options
    const { database, memory } = options
    this.#families = new TopicFamilies(database, memory, options.openInView)
    this.#hints = options.hints
    this.#history = new History(database)
    this.#loop = this.#createLoop()
    memory.onCommit((changes) => this.publish('operations', changes as unknown as readonly Changed<LiveRow>[]))
  }

  get epoch(): string {
    return this.#history.epoch
  }

  get cursor(): bigint {
    return this.#cursor
  }

  get state(): HubState {
    return this.#state
  }

  get watchers(): number {
    let views = 0
    for (const topic of this.#topics.values()) views += topic.views
    return views
  }

  async open(topic: Topic): Promise<TopicView> {
    if (this.#stopped) throw stoppedError()
    const live = this.#topics.get(topic) ?? (await this.#load(topic))
    const hadWatchers = this.watchers > 0
    // A view that was closed while this one waited may have taken the topic with it.
    if (this.#topics.get(topic) !== live) return this.open(topic)
    const view = live.view()
    if (!hadWatchers) this.#options.onWatchers()
    return view
  }

  async readAfter(moment: number, when: 'soon' | 'anyway'): Promise<void> {
    if (this.#stopped) throw stoppedError()
    // Without a view nothing is held that could be old, and nothing is read.
    if (this.#toldOf > moment || this.#topics.size === 0) return
    const told = new Promise<void>((resolve, reject) => this.#awaiting.push({ moment, resolve, reject }))
    const ask = () => this.#beganAt <= moment && this.#loop.soon()
    if (when === 'soon') ask()
    // A bus may look less often by itself than anybody wants to wait.
    const late = this.#options.clock.setTimeout(ask, LONGEST_WAIT_MS)
    late.unref()
    await told.finally(() => late.cancel())
  }

  onState(listener: (state: HubState) => void): () => void {
    this.#stateListeners.add(listener)
    return () => this.#stateListeners.delete(listener)
  }

  /** Gives a topic that another room owns (`stores`, `assets`) its rows. A topic that is open already is read anew. */
  registerTopicSource(topic: 'stores' | 'assets', source: TopicSource): void {
    this.#families.register(topic, source)
    if (!this.#topics.has(topic) && !this.#pendingTopics.has(topic)) return
    this.#stale.add(topic)
    this.hint()
  }

  /** Rows that this node has committed itself. */
  publish(topic: Topic, changes: readonly Changed<LiveRow>[]): void {
    this.#hints.announce()
    const live = this.#topics.get(topic)
    if (live !== undefined) live.emit(live.memory.apply({ rows: changes, removed: [] }))
    // Committed while the first reading is under way: that may have missed it, and no hint will come.
    else if (this.#pendingTopics.has(topic)) this.#loop.repeat()
  }

  /** Whether anybody here follows a topic, or is about to. */
  isFollowed(topic: Topic): boolean {
    return this.#topics.has(topic) || this.#pendingTopics.has(topic)
  }

  /** Rows of a topic that this node has committed and not read back, since nobody followed it then. */
  missed(topic: Topic): void {
    if (this.isFollowed(topic)) this.hint()
  }

  /** Something may have changed in the database. */
  hint(): void {
    if (this.#topics.size === 0 && this.#opening.length === 0) return
    this.#loop.soon()
  }

  /** A connection of this node is about to commit what is published here anyway. */
  expectOwnHint(processId: number): () => void {
    return this.#hints.expectOwn(processId)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    const stopped = this.#loop.stop()
    this.#rejectAll(stoppedError())
    await this.#hints.stop()
    await stopped
    this.#topics.clear()
  }

  /** A topic whose last view was closed. */
  closed(live: LiveTopic): void {
    if (this.#topics.get(live.topic) === live) this.#topics.delete(live.topic)
    if (this.#topics.size > 0) return
    for (const { resolve } of this.#awaiting.splice(0)) resolve()
    this.#loop.rest()
    this.#setState('idle')
  }

  #load(topic: Topic): Promise<LiveTopic> {
    const pending = this.#pendingTopics.get(topic)
    if (pending !== undefined) return pending
    const loading = new Promise<LiveTopic>((resolve, reject) => this.#opening.push({ topic, resolve, reject }))
    this.#pendingTopics.set(topic, loading)
    loading.then(
      () => this.#pendingTopics.delete(topic),
      () => this.#pendingTopics.delete(topic),
    )
    this.#hints.start({
      heard: () => this.hint(),
      lost: () => this.#history.doubt(),
    })
    this.#loop.now()
    return loading
  }

  #createLoop(): ReadingLoop {
    return new ReadingLoop({
      clock: this.#options.clock,
      read: () => this.#read(),
      // The first reading of a topic is a long one and says nothing about the next.
      isUsual: () => this.#opening.length === 0 && this.#history.isChecked,
      onRead: () => this.#setState('live'),
      onFailed: (error) => {
        this.#reading += 1
        for (const topic of this.#reloading) this.#stale.add(topic)
        this.#reloading = []
        this.#history.doubt()
        this.#setState('lost')
        this.#rejectAll(error)
        this.#options.onError(error)
      },
      next: () => {
        if (this.#opening.length > 0) return 'now'
        if (this.#topics.size > 0) return this.#hints.pollMs
        this.#setState('idle')
        return 'rest'
      },
    })
  }

  #rejectAll(error: unknown): void {
    for (const { reject } of [...this.#opening.splice(0), ...this.#awaiting.splice(0)]) reject(error)
  }

  async #read(): Promise<void> {
    const { database } = this.#options
    this.#reading += 1
    const reading = this.#reading
    this.#beganAt = this.#options.clock.monotonic()
    if (await this.#history.check(SIGN_OF_LIFE_MS)) this.#beginAnew()
    const [news] = await database.query<News & Record<string, unknown>>(
      readNews(database.schema),
      [String(this.#cursor), [...this.#topics.keys()]],
      SIGN_OF_LIFE_MS,
    )
    if (news === undefined) throw new SyncwatchError('internal', 'The horizon gave no answer.')
    const opening = this.#opening.splice(0)
    try {
      const loaded = await this.#whileAlive(this.#loadTopics(opening.map(({ topic }) => topic)))
      const reads = await this.#whileAlive(this.#readTopics(news, reading))
      // Everything is read before anything is told, and told under the old cursor: whoever is cut off in between and
      // resumes from what it was told has missed no topic.
      const since = this.#cursor
      for (const [live, read] of reads) live.emit(live.memory.apply(read))
      if (news.xmin === news.xmax) this.#lastHorizon = news.xmax
      if (BigInt(news.xmin) > since) this.#cursor = BigInt(news.xmin)
      for (const live of this.#topics.values()) live.memory.settleBelow(since)
      for (const [topic, live] of loaded) this.#topics.set(topic, live)
      for (const { topic, resolve } of opening) resolve(loaded.get(topic) as LiveTopic)
    } catch (error) {
      for (const { reject } of opening) reject(error)
      throw error
    }
    await this.#whileAlive(this.#completeTopics(reading))
    this.#tellAwaiting()
  }

  #tellAwaiting(): void {
    this.#toldOf = this.#beganAt
    const isDue = ({ moment }: Awaiting) => moment < this.#toldOf
    const due = this.#awaiting.filter(isDue)
    this.#awaiting = this.#awaiting.filter((each) => !isDue(each))
    for (const { resolve } of due) resolve()
  }

  /** Large views take long, so their queries may; a server that says nothing at all is noticed all the same. */
  async #whileAlive<Result>(work: Promise<Result>): Promise<Result> {
    const { clock, database } = this.#options
    const over = new AbortController()
    const watch = async (): Promise<never> => {
      for (;;) {
        await sleep(clock, SIGN_OF_LIFE_MS, over.signal)
        await database.query('SELECT 1', [], SIGN_OF_LIFE_MS)
      }
    }
    try {
      return await Promise.race([work, watch()])
    } finally {
      over.abort()
    }
  }

  async #loadTopics(topics: readonly Topic[]): Promise<Map<Topic, LiveTopic>> {
    const memories = await this.#loadMemories(topics)
    return new Map(memories.map(([topic, memory]) => [topic, new LiveTopic(topic, memory, this)]))
  }

  /** The floors are read last: what was purged while a topic was loaded is not known to it. */
  async #loadMemories(topics: readonly Topic[]): Promise<[Topic, TopicMemory][]> {
    if (topics.length === 0) return []
    const memories = await this.#families.load(topics)
    const floors = await this.#readFloors()
    for (const [topic, memory] of memories) memory.raiseFloor(BigInt(floors[topic] ?? 0))
    return memories
  }

  async #readFloors(): Promise<Floors> {
    const { database } = this.#options
    const [row] = await database.query<{ floors: Floors | null }>(readFloors(database.schema))
    return row?.floors ?? {}
  }

  async #readTopics(news: News, reading: number): Promise<[LiveTopic, TopicRead][]> {
    // With no transaction under way and no id given out since what was told last, nothing can have changed.
    const isQuiet = news.xmin === news.xmax && news.xmax === this.#lastHorizon
    this.#lastHorizon = ''
    this.#noteFloors(news.floors ?? {}, {})
    if (this.#stale.size > 0) await this.#reload([...this.#stale], reading)
    const mayBeRead = (topic: Topic) => mayHaveChanged(topic, news) && this.#families.hasOwner(topic)
    const topics = isQuiet ? [] : [...this.#topics.keys()].filter(mayBeRead)
    return topics.length === 0 ? [] : this.#readWhole(topics, news, reading)
  }

  /** What changed since the cursor. Where removals were purged before they could be read, the topic is read from scratch instead. */
  async #readWhole(topics: readonly Topic[], news: News, reading: number): Promise<[LiveTopic, TopicRead][]> {
    const reads: [LiveTopic, TopicRead][] = []
    for (const [topic, read] of await this.#families.read(topics, this.#cursor)) {
      const live = this.#topics.get(topic)
      if (live !== undefined) reads.push([live, read])
      if ((read.removedFrom ?? 0n) > this.#cursor) this.#stale.add(topic)
    }
    this.#noteFloors(await this.#readFloors(), news.floors ?? {})
    const stale = new Set(this.#stale)
    if (stale.size === 0) return reads
    await this.#reload([...stale], reading)
    return reads.filter(([{ topic }]) => !stale.has(topic))
  }

  /** Removals that this hub has not read were purged meanwhile where a floor is above the cursor. `known` was seen to already. */
  #noteFloors(floors: Floors, known: Floors): void {
    for (const [topic, live] of this.#topics) {
      const floor = floors[topic]
      if (floor === undefined) continue
      live.memory.raiseFloor(BigInt(floor))
      if (floor !== known[topic] && BigInt(floor) > this.#cursor) this.#stale.add(topic)
    }
  }

  async #completeTopics(reading: number): Promise<void> {
    for (const live of this.#topics.values()) {
      const read = await this.#families.complete(live.topic, live.memory, this.#cursor)
      this.#assertUnderWay(reading)
      if (read) live.emit(live.memory.apply(read))
      else live.emit({ changes: [], removed: [] })
    }
  }

  /** Reads topics from scratch and tells the difference. */
  async #reload(topics: readonly Topic[], reading: number): Promise<void> {
    this.#assertUnderWay(reading)
    for (const topic of topics) this.#stale.delete(topic)
    this.#reloading = topics
    const known = topics.filter((topic) => this.#topics.has(topic))
    const loaded = await this.#loadMemories(known)
    this.#assertUnderWay(reading)
    this.#reloading = []
    for (const [topic, memory] of loaded) {
      const live = this.#topics.get(topic)
      if (live === undefined) continue
      const rows = memory.rows()
      const held = new Set(rows.map(({ id }) => id))
      const removed = live.memory.rows().flatMap(({ id }) => (held.has(id) ? [] : [id]))
      live.memory = memory
      live.emit({ changes: rows.map((row) => ({ row, extent: 'full' as const })), removed })
    }
  }

  #assertUnderWay(reading: number): void {
    if (reading !== this.#reading) throw new SyncwatchError('database_unavailable', 'This reading was given up.')
  }

  /** Another history: nothing that is held means anything in it, and no cursor does. */
  #beginAnew(): void {
    this.#cursor = 0n
    this.#lastHorizon = ''
    for (const topic of this.#topics.keys()) this.#stale.add(topic)
    for (const listener of this.#stateListeners) listener('reset')
  }

  #setState(state: HubState): void {
    if (this.#state === state) return
    this.#state = state
    for (const listener of this.#stateListeners) listener(state)
  }
}

function stoppedError(): SyncwatchError {
  return new SyncwatchError('shutting_down', 'The status manager was stopped.')
}

function mayHaveChanged(topic: Topic, { changed }: News): boolean {
  return !CHEAPLY_ASKED.has(topic) || changed.includes(topic)
}
