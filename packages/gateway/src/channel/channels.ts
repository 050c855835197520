import type {
  Clock,
  Cursor,
  HealthReport,
  LiveRow,
  OperationFilter,
  OperationRow,
  Snapshot,
  StoreSummary,
  Topic,
} from '@syncwatch/core'
import type { LiveHub } from '@syncwatch/status-manager'
import { Channel, type SnapshotMaker } from './channel.ts'
import { compileFilter, filterKey } from './operation-filter.ts'
import { OperationWindow, type WindowSize } from './operation-window.ts'
import { WholeWindow } from './row-window.ts'
import { type Lease, type TopicSource, TopicSources } from './topic-sources.ts'

interface Holding {
  readonly opening: Promise<OpenChannel>
  holders: number
}

interface OpenChannel {
  readonly channel: Channel
  close(): void
}

/** The channels of a gateway: sessions with the same topic and filter share one. */
export class Channels {
  readonly #hub: LiveHub
  readonly #sources: TopicSources
  readonly #size: WindowSize
  readonly #clock: Clock
  readonly #holdings = new Map<string, Holding>()

  constructor(hub: LiveHub, size: WindowSize, clock: Clock) {
    this.#hub = hub
    this.#sources = new TopicSources(hub)
    this.#size = size
    this.#clock = clock
  }

  get size(): number {
    return this.#holdings.size
  }

  /** Resolves once open channels hold all that anybody was shown anywhere up to a moment, see `LiveHub.readAfter`. */
  async upTo(moment: number, when: 'soon' | 'anyway'): Promise<void> {
    await this.#hub.readAfter(moment, when)
  }

  /** Opens a channel or joins it. Rejects with what the hub says, such as `database_unavailable`. */
  async acquire(topic: Topic, filter: OperationFilter | undefined): Promise<Lease<Channel>> {
    const key = topic === 'operations' ? `${topic} ${filterKey(filter)}` : topic
    const holding = this.#holdings.get(key) ?? this.#open(key, topic, filter)
    holding.holders += 1
    let held = true
    const release = () => {
      if (held) this.#letGo(key, holding)
      held = false
    }
    try {
      return { value: (await holding.opening).channel, release }
    } catch (error) {
      release()
      throw error
    }
  }

  #open(key: string, topic: Topic, filter: OperationFilter | undefined): Holding {
    const opening = topic === 'operations' ? this.#openOperations(filter) : this.#openWhole(topic)
    const holding: Holding = { opening, holders: 0 }
    this.#holdings.set(key, holding)
    return holding
  }

  #letGo(key: string, holding: Holding): void {
    holding.holders -= 1
    if (holding.holders > 0) return
    if (this.#holdings.get(key) === holding) this.#holdings.delete(key)
    // One that could not be opened has nothing to close; who asked for it was told.
    holding.opening.then(
      (open) => open.close(),
      () => {},
    )
  }

  async #openWhole(topic: Exclude<Topic, 'operations'>): Promise<OpenChannel> {
    const lease = await this.#sources.acquire(topic)
    const make = (cursor: Cursor, rows: readonly LiveRow[]): Snapshot => ({
      type: 'snapshot',
      topic,
      cursor,
      rows: [...rows],
    })
    const window = new WholeWindow(lease.value.view)
    return openOn([lease], new Channel(lease.value, window, { version: () => '', make }, this.#clock))
  }

  /** Its snapshot carries health and stores, so their views are kept open beside it. */
  async #openOperations(filter: OperationFilter | undefined): Promise<OpenChannel> {
    const leases = await allOrNone([
      this.#sources.acquire('operations'),
      this.#sources.acquire('health'),
      this.#sources.acquire('stores'),
    ])
    const [operations, health, stores] = leases
    const window = new OperationWindow(operations.value.view, compileFilter(filter), this.#size)
    const snapshots = operationsSnapshot(operations.value, health.value, stores.value)
    return openOn(leases, new Channel(operations.value, window, snapshots, this.#clock))
  }
}

function openOn(leases: readonly Lease<TopicSource>[], channel: Channel): OpenChannel {
  return {
    channel,
    close: () => {
      channel.close()
      for (const lease of leases) lease.release()
    },
  }
}

/** Waits for all of them; where one fails, lets go of the others and throws what it threw. */
async function allOrNone<T extends readonly Promise<Lease<TopicSource>>[]>(
  pending: readonly [...T],
): Promise<{ [K in keyof T]: Lease<TopicSource> }> {
  try {
    return (await Promise.all(pending)) as { [K in keyof T]: Lease<TopicSource> }
  } catch (error) {
    for (const one of await Promise.allSettled(pending)) if (one.status === 'fulfilled') one.value.release()
    throw error
  }
}

function operationsSnapshot(operations: TopicSource, health: TopicSource, stores: TopicSource): SnapshotMaker {
  return {
    version: () => `${operations.version()} ${health.version()} ${stores.version()}`,
    // The rows of these topics are what their names say: the hub reads them from the tables of that shape.
    make: (cursor, rows) => ({
      type: 'snapshot',
      topic: 'operations',
      cursor,
      operations: rows as unknown as OperationRow[],
      health: (health.view.rows()[0] as unknown as HealthReport | undefined) ?? null,
      counts: operations.view.counts() ?? { pending: 0, in_progress: 0, completed: 0, failed: 0, cancelled: 0 },
      stores: stores.view.rows() as unknown as StoreSummary[],
    }),
  }
}
