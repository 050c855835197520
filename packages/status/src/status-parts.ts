import {
  type ItemReport,
  isEnded,
  itemReportsSchema,
  type NodeId,
  type OperationId,
  parseInput,
  SyncwatchError,
  systemClock,
  systemRandom,
  transition,
} from '@syncwatch/core'
import { ConnectionWriter } from './connections/connection-writer.ts'
import { NonceBurner } from './connections/nonce-burner.ts'
import { StatusDatabase } from './database/status-database.ts'
import { HealthService } from './health/health-service.ts'
import { Snapshots } from './health/snapshots.ts'
import { chooseHintBus } from './hub/choose-hint-bus.ts'
import { OPEN_IN_VIEW } from './hub/operations-memory.ts'
import { StatusHub } from './hub/status-hub.ts'
import type { RunWriting } from './leases/claimed-run.ts'
import { Claims } from './leases/claims.ts'
import { Presence } from './leases/presence.ts'
import { Recovery } from './leases/recovery.ts'
import { Loop } from './loop/loop.ts'
import { removeOld } from './maintenance/retention.ts'
import { DEFAULT_TIMING, type StatusTiming, type SyncStatusManagerOptions } from './manager-options.ts'
import { OperationCreator } from './operations/operation-creator.ts'
import { OperationLookup } from './operations/operation-lookup.ts'
import { OperationMemory } from './operations/operation-memory.ts'
import type { StatusContext } from './status-context.ts'
import { silentLogger } from './status-logger.ts'
import { Flusher } from './write/flusher.ts'
import { latestByKey } from './write/item-values.ts'
import { ItemWriter } from './write/item-writer.ts'
import { ProgressBuffer } from './write/progress-buffer.ts'
import { ProgressFigures } from './write/progress-figures.ts'
import { ProgressReporter } from './write/progress-reporter.ts'
import { ProgressWriter } from './write/progress-writer.ts'

/** What one manager is made of, wired together. Nothing of it has started. */
export class StatusParts {
  readonly context: StatusContext
  readonly timing: StatusTiming
  readonly durability: 'accepted' | 'await'
  readonly lookup: OperationLookup
  readonly creator: OperationCreator
  readonly hub: StatusHub
  readonly items: ItemWriter
  readonly flusher: Flusher
  readonly reporter: ProgressReporter
  readonly claims: Claims
  readonly recovery: Recovery
  readonly presence: Presence
  readonly health: HealthService
  readonly snapshots: Snapshots
  readonly connections: ConnectionWriter
  readonly nonces: NonceBurner
  readonly #maintenance: Loop
  readonly #stalls: Loop
  #hasToldUnwritten = false
  #cleanedAt = Number.NEGATIVE_INFINITY

  constructor(options: SyncStatusManagerOptions) {
    const context = createContext(options)
    const { clock, logger, memory } = context
    this.context = context
    this.timing = { ...DEFAULT_TIMING, ...options.timing }
    this.durability = options.durability ?? 'accepted'
    this.lookup = new OperationLookup(context)
    this.creator = new OperationCreator(context)
    this.hub = new StatusHub({
      ...context,
      hints: chooseHintBus(context, options),
      openInView: options.openInView ?? OPEN_IN_VIEW,
      onWatchers: () => this.#watched(),
      onError: (error) => logger.warn({ err: error }, 'The live hub cannot read; it tries again.'),
    })
    this.items = new ItemWriter(context.database, () => this.hub.hint())
    this.flusher = this.#createFlusher()
    this.reporter = new ProgressReporter(this.lookup, context.buffer, this.flusher, clock)
    this.claims = new Claims(context, this.timing)
    this.recovery = new Recovery(context, this.timing, (id) => this.claims.claim(id, {}, this.writing))
    this.presence = new Presence(context, this.timing, () => this.hub.watchers)
    this.health = this.#createHealth()
    this.snapshots = new Snapshots(context, this.health)
    this.connections = new ConnectionWriter(context, this.timing, {
      writing: (processId) => this.hub.expectOwnHint(processId),
      isFollowed: () => this.hub.isFollowed('connections'),
      written: (rows) => this.hub.publish('connections', rows),
      unread: () => this.hub.missed('connections'),
    })
    this.nonces = new NonceBurner(context)
    const warn = (error: unknown) => logger.warn({ err: error }, 'Scheduled work failed; it is tried again.')
    this.#maintenance = new Loop(clock, this.timing.maintenanceMs, () => this.#maintain(), warn)
    this.#stalls = new Loop(clock, STALL_CHECK_MS, () => this.#reportStalls(), warn)
    memory.onCommit((changes) => {
      for (const { row } of changes) if (isEnded(row.status)) context.figures.forget(row.id)
    })
    this.hub.onState((state) => {
      if (state === 'lost') this.health.unavailable()
      if (state === 'live') this.health.changed()
    })
  }

  /** What a long-lived process owes the others. Rejects where the database cannot be reached, and then nothing has started. */
  async start(): Promise<void> {
    await this.presence.start()
    this.recovery.start()
    this.health.start()
    this.#maintenance.start('soon')
    this.#stalls.start()
  }

  /**
   * Writes what was accepted and stops. Ends in about ten seconds also when the database has fallen silent: what it did not take is said
   * then, and lost.
   */
  async stop(): Promise<void> {
    const { database, clock } = this.context
    const over = new AbortController()
    const inOrder = this.#stopInOrder()
    try {
      const isGivenUp = await Promise.race([inOrder.then(() => false), database.fallsSilent(clock, over.signal)])
      if (!isGivenUp) return
    } finally {
      over.abort()
    }
    this.#tellUnwritten(new SyncwatchError('database_unavailable', 'The database does not answer.'))
    database.cut()
    // What it still waits for is refused by now, and of no use to anybody.
    inOrder.catch(() => {})
    void this.hub.stop()
  }

  async #stopInOrder(): Promise<void> {
    this.flusher.stop()
    await Promise.all([this.#maintenance.stop(), this.#stalls.stop(), this.recovery.stop(), this.health.stop()])
    await this.flush().catch((error: unknown) => this.#tellUnwritten(error))
    await this.claims.stop()
    await this.connections.stop()
    await this.presence.stop()
    await this.hub.stop()
    await this.context.database.close()
  }

  /** Once, whoever finds out first. */
  #tellUnwritten(error: unknown): void {
    if (this.#hasToldUnwritten) return
    this.#hasToldUnwritten = true
    const [operations, items] = [this.context.buffer.unwritten, this.items.unwritten]
    this.context.logger.error(
      { err: error, operations, items },
      `Stopped without writing the last progress of ${operations} operations and what became of ${items} items.`,
    )
  }

  flush(): Promise<void> {
    return this.reporter.flush([this.context.buffer.outstanding, this.items.outstanding])
  }

  async acceptItems(name: string, items: readonly ItemReport[], attempt: number | null): Promise<void> {
    const reports = latestByKey(parseInput(itemReportsSchema, items) as ItemReport[])
    const row = this.lookup.known(name) ?? (await this.lookup.fresh(name))
    if (isEnded(row.status)) transition({ status: row.status, held: false }, 'progress')
    await this.items.room()
    this.items.accept(row.id, reports, attempt)
    if (this.durability === 'await') await this.flush()
    else this.flusher.wake()
  }

  /** How runs write. */
  readonly writing: RunWriting = {
    report: (id, patch, attempt) =>
      this.durability === 'await'
        ? this.reporter.reportAndWait(id, patch, attempt)
        : this.reporter.report(id, patch, attempt),
    acceptItems: (id, reports, attempt) => this.acceptItems(id, reports, attempt),
    flushItems: (id) => this.flushItems(id),
    confirm: (run) => this.claims.confirm(run),
    release: async (run) => {
      await this.flusher.now()
      await this.claims.release(run)
    },
    ended: (run) => this.claims.drop(run),
  }

  /** Items that were accepted come before the end. */
  async flushItems(id: OperationId): Promise<void> {
    if (this.items.has(id)) await this.flusher.now()
  }

  #createFlusher(): Flusher {
    const { clock, random, logger } = this.context
    const writing = (processId: number) => this.hub.expectOwnHint(processId)
    const presentAs = () => (this.presence.isSeen ? this.context.nodeId : null)
    return new Flusher({
      writers: [new ProgressWriter({ ...this.context, writing, presentAs }), this.items],
      clock,
      random,
      watchers: () => this.hub.watchers + this.presence.othersWatching,
      isAwaited: () => this.context.buffer.outstanding.isAwaited || this.items.outstanding.isAwaited,
      onFailure: (error, retryInMs) => logger.warn({ err: error, retryInMs }, 'A flush failed; what it held is kept.'),
    })
  }

  #createHealth(): HealthService {
    const { logger } = this.context
    return new HealthService({
      context: this.context,
      timing: this.timing,
      // A report that was kept nowhere belongs to no transaction: whoever resumes from now on gets it.
      publish: (rows) =>
        this.hub.publish(
          'health',
          rows.map(({ row, changed }) => ({ row, changed: changed === 0n ? this.hub.cursor : changed })),
        ),
      onStatusChange: (report, before) => {
        if (report.status !== 'critical' || before === null) return
        this.snapshots
          .create('error')
          .catch((error: unknown) => logger.warn({ err: error }, 'The snapshot of a critical state failed.'))
      },
    })
  }

  #watched(): void {
    this.flusher.hurry()
    this.presence.announce()
  }

  async #maintain(): Promise<void> {
    const { clock } = this.context
    await this.snapshots.createDue()
    if (clock.monotonic() - this.#cleanedAt < CLEANUP_EVERY_MS) return
    this.#cleanedAt = clock.monotonic()
    await removeOld(this.context, this.timing)
  }

  /** Operations that stopped moving get figures that say so, unless somebody else goes on with them meanwhile. */
  async #reportStalls(): Promise<void> {
    const { figures, memory, clock, buffer } = this.context
    for (const row of figures.newlyStalled(clock.now(), (id) => memory.get(id))) {
      const fresh = await this.lookup.fresh(row.id).catch(() => null)
      if (fresh?.rev === row.rev) buffer.accept(row, {}, null)
      else figures.forget(row.id)
    }
    if (buffer.size > 0) this.flusher.wake()
  }
}

const STALL_CHECK_MS = 5000
const CLEANUP_EVERY_MS = 3_600_000

function createContext(options: SyncStatusManagerOptions): StatusContext {
  const random = options.random ?? systemRandom()
  const logger = options.logger ?? silentLogger
  return {
    database: new StatusDatabase({
      ...options,
      onIdleError: (error) => logger.warn({ err: error }, 'A database connection broke while idle.'),
    }),
    memory: new OperationMemory(),
    buffer: new ProgressBuffer(),
    figures: new ProgressFigures(),
    clock: options.clock ?? systemClock(),
    random,
    logger,
    nodeId: (options.nodeId ?? random.uuid()) as NodeId,
  }
}
