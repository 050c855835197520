import { createSyncClient, type SyncClient } from '@syncwatch/client'
import { isEnded, type LiveRow, type OperationStatus, SyncwatchError } from '@syncwatch/core'
import { FakeClock, SeededRandom } from '@syncwatch/testkit'
import { openAccess } from '../../src/access/principal.ts'
import { createGateway, type Gateway } from '../../src/gateway.ts'
import { FakeHub } from './fake-hub.ts'
import { blankOperation } from './gateway-fixture.ts'
import { isOpen, ModelDatabase } from './model-database.ts'
import { SimulatedNetwork } from './simulated-network.ts'

interface Node {
  readonly hub: FakeHub
  readonly gateway: Gateway
  /** It reads nothing before this step. */
  silentUntil: number
}

/** One seeded run: clients, two nodes and a database on a bad network, and what must hold all the while. */
export class Simulation {
  readonly clock = new FakeClock()
  readonly database = new ModelDatabase()
  readonly clients: SyncClient[] = []
  /** What must not happen, as sentences. */
  readonly faults: string[] = []
  resumed = 0
  snapshots = 0
  readonly #random: SeededRandom
  readonly #network: SimulatedNetwork
  readonly #nodes: Node[] = []
  readonly #window: { open: number; ended: number } | null

  /** With `window`, gateways show so many open and ended operations at most. */
  constructor(seed: number, window: { open: number; ended: number } | null = null) {
    this.#window = window
    this.#random = new SeededRandom(seed)
    this.#network = new SimulatedNetwork(this.clock, new SeededRandom(seed + 1_000_000))
    for (let node = 0; node < 2; node++) this.#startNode()
    for (let client = 0; client < 3; client++) this.clients.push(this.#newClient(client))
  }

  async run(steps: number): Promise<void> {
    for (const client of this.clients) client.start()
    for (let step = 0; step < steps; step++) {
      this.#disturb(step)
      for (let turn = this.#random.integer(0, 3); turn > 0; turn--) this.#work()
      for (const { hub, silentUntil } of this.#nodes)
        if (step >= silentUntil && this.#random.next() < 0.6) hub.publish({ isRead: this.#random.next() < 0.7 })
      await this.clock.advance(this.#random.integer(0, 150))
    }
  }

  /** The network heals. Gives true when all replicas became equal to the database within two minutes. */
  async settle(): Promise<boolean> {
    this.#network.maxDelay = 5
    if (this.#nodes.length === 0) this.#startNode()
    if (this.#window) this.#endAllBut(this.#window.open - 1)
    for (let second = 0; second < 120; second++) {
      for (const { hub } of this.#nodes) hub.publish()
      await this.clock.advance(1_000)
      if (this.clients.every((client) => this.difference(client) === null)) return true
    }
    return false
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.stop()
    await this.clock.advance(1_000)
  }

  get openSessions(): number {
    return this.#nodes.reduce((sum, { gateway }) => sum + gateway.statistics.sessions, 0)
  }

  get openViews(): number {
    return this.#nodes.reduce((sum, { hub }) => sum + hub.watchers, 0)
  }

  /** How a replica differs from the database; null when it does not. Of ended operations it need not hold all. */
  difference(client: SyncClient): string | null {
    const state = client.getState()
    const held = Object.values(state.operations)
    const isExpected = (row: LiveRow) => !this.#window || isOpen(row) || row.id in state.operations
    return (
      differ('operations', held, this.database.rows('operations').filter(isExpected)) ??
      differ('stores', state.stores, this.database.rows('stores')) ??
      differ('health', state.health ? [state.health] : [], this.database.rows('health')) ??
      (JSON.stringify(state.counts) === JSON.stringify(this.database.counts()) ? null : 'counts')
    )
  }

  #startNode(): void {
    const hub = new FakeHub(this.database, this.clock)
    const gateway = createGateway({
      status: { hub, reportConnection: () => {}, burnNonce: async () => true },
      clock: this.clock,
      random: this.#random,
      tickets: null,
      authenticate: openAccess(),
      allowedOrigins: [],
      allowedHosts: null,
      limits: {
        maxBufferedBytes: 8_192,
        ...(this.#window && { maxOpenOperations: this.#window.open, maxEndedOperations: this.#window.ended }),
      },
    })
    gateway.start()
    this.#nodes.push({ hub, gateway, silentUntil: 0 })
    this.#network.nodes = this.#nodes.map((node) => node.gateway)
  }

  #newClient(place: number): SyncClient {
    const client = createSyncClient({
      url: 'http://node',
      clientId: `client-${place}`,
      clock: this.clock,
      random: this.#random,
      transports: [this.#network.transport()],
      environment: {
        isOnline: () => true,
        isVisible: () => place !== 2,
        listen: () => () => {},
        requestFrame: (callback) => {
          const timer = this.clock.setTimeout(callback, 16)
          return () => timer.cancel()
        },
      },
      fetch: async () => {
        throw new SyncwatchError('server_unreachable', 'There is no HTTP here.')
      },
    })
    this.#watch(client)
    return client
  }

  #watch(client: SyncClient): void {
    const name = client.clientId
    const latest = new Map<string, LiveRow>()
    let held: LiveRow[] = []
    let { epoch } = this.database
    /** Rows of another database go with its first snapshot. */
    let isOther = false
    let isChange = false
    client.on('frame', (frame) => {
      if (frame.type === 'welcome') {
        isOther ||= frame.epoch !== epoch
        epoch = frame.epoch
      }
      isChange = isOther && frame.type === 'snapshot' && frame.topic === 'operations'
      if (isChange) isOther = false
      if (frame.type === 'welcome' && frame.resumed) this.resumed += 1
      if (frame.type === 'snapshot') this.snapshots += 1
      if (frame.type === 'error') this.faults.push(`${name}: error ${frame.code} ${frame.message}`)
    })
    client.on('resnapshot', ({ topic }) => this.faults.push(`${name}: a gap in ${topic}`))
    client.subscribe(() => {
      const rows = Object.values(client.getState().operations) as unknown as LiveRow[]
      for (const row of rows) {
        this.#checkStep(name, latest.get(row.id), row)
        latest.set(row.id, row)
      }
      if (!isChange && !this.#window) this.#checkGone(name, held, rows)
      held = rows
    })
  }

  #checkStep(name: string, before: LiveRow | undefined, after: LiveRow): void {
    if (!before || before === after) return
    if (after.rev < before.rev) this.faults.push(`${name}: ${after.id} went back from ${before.rev} to ${after.rev}`)
    if (isEnded(before.status as OperationStatus) && isOpen(after)) this.faults.push(`${name}: ${after.id} reopened`)
  }

  #checkGone(name: string, before: readonly LiveRow[], after: readonly LiveRow[]): void {
    const ids = new Set(after.map(({ id }) => id))
    for (const { id } of before)
      if (!ids.has(id) && this.database.get('operations', id)) this.faults.push(`${name}: ${id} vanished, and is there`)
  }

  #disturb(step: number): void {
    const dice = this.#random.next()
    if (dice < 0.12) this.#network.breakSome()
    else if (dice < 0.16) this.#kill()
    else if (dice < 0.19) this.#deploy()
    else if (dice < 0.24 && this.#nodes.length < 2) this.#startNode()
    else if (dice < 0.26) this.database.purgeRemovals()
    else if (dice < 0.27) this.#otherDatabase()
    else if (dice < 0.3) this.#network.maxDelay = this.#random.pick([5, 80, 400])
    else if (dice < 0.34) this.#silence(step)
  }

  /** A node falls behind: what the other one shows meanwhile is news to it. */
  #silence(step: number): void {
    const node = this.#nodes[this.#random.integer(0, this.#nodes.length - 1)]
    if (node) node.silentUntil = step + this.#random.integer(5, 30)
  }

  #kill(): void {
    const node = this.#takeNode()
    if (node) this.#network.breakAllOf(node.gateway)
  }

  #deploy(): void {
    const node = this.#takeNode()
    if (node) void node.gateway.drain({ deadlineMs: 500 })
  }

  #takeNode(): Node | undefined {
    const node = this.#nodes.shift()
    this.#network.nodes = this.#nodes.map((left) => left.gateway)
    return node
  }

  #otherDatabase(): void {
    const epoch = `epoch-${this.database.xid}`
    for (const { hub } of this.#nodes) hub.reset(epoch)
  }

  #work(): void {
    const dice = this.#random.next()
    const operations = this.database.rows('operations')
    const open = operations.filter(isOpen)
    const some = open[this.#random.integer(0, Math.max(0, open.length - 1))]
    if (dice < 0.2 || !some) this.#create()
    else if (dice < 0.7) this.#advance(some)
    else if (dice < 0.85) this.#end(some)
    else if (dice < 0.9) this.#remove(operations.find((row) => !isOpen(row)))
    else if (dice < 0.95)
      this.database.write('stores', { id: `store-${this.#random.integer(0, 3)}`, name: String(dice) })
    else
      this.database.write('health', {
        id: 'system',
        status: 'healthy',
        reasons: [],
        performance_score: Math.floor(dice * 100),
      })
  }

  #endAllBut(count: number): void {
    for (const row of this.database.rows('operations').filter(isOpen).slice(count)) this.#end(row)
  }

  #create(): void {
    const created_at = this.#now()
    this.database.write('operations', {
      ...blankOperation(),
      id: this.#random.uuid(),
      created_at,
      updated_at: created_at,
    })
  }

  #advance(row: LiveRow): void {
    const progress = Math.min(99, Number(row.progress ?? 0) + this.#random.integer(1, 9))
    this.database.write('operations', { id: row.id, status: 'in_progress', progress, updated_at: this.#now() })
  }

  #end(row: LiveRow): void {
    const status = this.#random.pick(['completed', 'failed', 'cancelled'])
    this.database.write('operations', { id: row.id, status, end_time: this.#now(), updated_at: this.#now() })
  }

  #remove(row: LiveRow | undefined): void {
    if (row) this.database.remove('operations', row.id)
  }

  #now(): string {
    return new Date(this.clock.now()).toISOString()
  }
}

function differ(topic: string, held: readonly object[], expected: readonly LiveRow[]): string | null {
  const rows = new Map((held as readonly LiveRow[]).map((row) => [row.id, row]))
  const missing = expected.find((row) => !rows.has(row.id))
  if (missing) return `${topic}: ${missing.id} is missing`
  const other = expected.find((row) => !sameRow(rows.get(row.id), row))
  if (other) return `${topic}: ${JSON.stringify(rows.get(other.id))} instead of ${JSON.stringify(other)}`
  return rows.size === expected.length ? null : `${topic}: ${rows.size} rows instead of ${expected.length}`
}

function sameRow(held: LiveRow | undefined, expected: LiveRow): boolean {
  return Object.keys(expected).every((column) => JSON.stringify(held?.[column]) === JSON.stringify(expected[column]))
}
