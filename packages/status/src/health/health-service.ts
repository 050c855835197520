import {
  type AcknowledgeHealth,
  type Acknowledgement,
  evaluateHealth,
  HEALTH_WINDOW,
  type HealthInput,
  type HealthReasonCode,
  type HealthReport,
  isEnded,
  isSyncwatchError,
  type LiveRow,
  STALLED_AFTER_MS,
  SyncwatchError,
  type TimerHandle,
} from '@syncwatch/core'
import { query } from '@syncwatch/database'
import { Loop } from '../loop/loop.ts'
import type { StatusTiming } from '../manager-options.ts'
import { endAcknowledgements } from '../queries/end-acknowledgements.ts'
import { insertAcknowledgement } from '../queries/insert-acknowledgement.ts'
import type { Changed } from '../queries/operation-columns.ts'
import { type LastReport, readHealth, type StoredHealth } from '../queries/read-health.ts'
import { type HealthInputRow, readHealthInput } from '../queries/read-health-input.ts'
import { writeHealth } from '../queries/write-health.ts'
import type { StatusContext } from '../status-context.ts'
import { EventLoopProbe } from './event-loop-probe.ts'

/** What another room adds to the judgement: stores and their schedules, webhooks that wait. */
export type HealthProbe = () => Promise<ProbedHealth>
type ProbedHealth = Pick<HealthInput, 'stores' | 'webhookLagMs' | 'undeliveredWebhooks'>

export interface HealthServiceOptions {
  readonly context: StatusContext
  readonly timing: StatusTiming
  readonly publish: (changes: readonly Changed<LiveRow>[]) => void
  /** The status became another one. */
  readonly onStatusChange: (report: HealthReport, before: HealthReport | null) => void
}

const LONGEST_ACKNOWLEDGEMENT_MS = 30 * 86_400_000
/** After an operation ended: soon, but not for each of a thousand. */
const AFTER_CHANGE_MS = 500
const BETWEEN_CHANGES_MS = 5000

/** Judges the system on a schedule and when operations end; the report is one row that all nodes share. */
export class HealthService {
  readonly #options: HealthServiceOptions
  readonly #probes: HealthProbe[] = []
  readonly #eventLoop = new EventLoopProbe()
  readonly #loop: Loop
  #last: HealthReport | null = null
  #soon: TimerHandle | null = null
  #evaluatedAt = Number.NEGATIVE_INFINITY
  #evaluating: Promise<HealthReport> | null = null
  #isOn = false

  constructor(options: HealthServiceOptions) {
    this.#options = options
    const { context, timing } = options
    this.#loop = new Loop(
      context.clock,
      timing.healthMs,
      async () => void (await this.evaluate()),
      (error) => context.logger.warn({ err: error }, 'Health could not be evaluated.'),
    )
    context.memory.onCommit((changes) => {
      if (changes.some(({ row }) => isEnded(row.status))) this.changed()
    })
  }

  addProbe(probe: HealthProbe): () => void {
    this.#probes.push(probe)
    return () => {
      const index = this.#probes.indexOf(probe)
      if (index >= 0) this.#probes.splice(index, 1)
    }
  }

  start(): void {
    this.#isOn = true
    this.#eventLoop.start()
    this.#loop.start('soon')
  }

  async stop(): Promise<void> {
    this.#isOn = false
    this.#soon?.cancel()
    this.#soon = null
    this.#eventLoop.stop()
    await this.#loop.stop()
    await this.#evaluating?.catch(() => {})
  }

  /** Something happened that may change the judgement. */
  changed(): void {
    if (!this.#isOn || this.#soon !== null) return
    const { clock } = this.#options.context
    const delay = Math.max(AFTER_CHANGE_MS, this.#evaluatedAt + BETWEEN_CHANGES_MS - clock.monotonic())
    this.#soon = clock.setTimeout(() => {
      this.#soon = null
      void this.#loop.now()
    }, delay)
    this.#soon.unref()
  }

  /** The stored report while it is fresh, else a new one. Says so when the database cannot be reached, and never rejects. */
  async current(): Promise<HealthReport> {
    const { database } = this.#options.context
    try {
      const [stored] = await database.query<StoredHealth & Record<string, unknown>>(readHealth(database.schema))
      return await this.freshOf(stored)
    } catch (error) {
      if (!isSyncwatchError(error)) throw error
      return this.unavailable()
    }
  }

  /** A report that was just read while it is fresh, else a new one. */
  async freshOf(stored: LastReport | null | undefined): Promise<HealthReport> {
    const { context, timing } = this.#options
    if (stored?.report.status === undefined) return this.evaluate()
    const age = context.clock.now() - Date.parse(stored.updated_at)
    return age < timing.healthMs * 1.5 ? toReport(stored) : this.evaluate()
  }

  /** Keeps a person's word that a reason is known, and judges anew. Rejects `not_found` for a reason that does not hold. */
  async acknowledge({ code, note, until }: AcknowledgeHealth, by: string): Promise<HealthReport> {
    const { context } = this.#options
    const last = Date.parse(until) - context.clock.now()
    if (last <= 0 || last > LONGEST_ACKNOWLEDGEMENT_MS)
      throw new SyncwatchError('invalid_input', 'until must be in the future, and at most 30 days from now.')
    const reason = (await this.evaluate()).reasons.find((each) => each.code === code)
    // A remark (severity `healthy`) weighs nothing, so there is nothing to accept.
    if (reason === undefined || reason.severity === 'healthy')
      throw new SyncwatchError(
        'not_found',
        `"${code}" is no reason of the health now, so there is nothing to acknowledge.`,
      )
    await context.database.query(insertAcknowledgement(context.database.schema), [
      code,
      reason.severity,
      by,
      note,
      until,
    ])
    return await this.evaluate()
  }

  /** Takes back what was acknowledged of a reason, and judges anew. Taking back what does not hold changes nothing. */
  async withdrawAcknowledgement(code: HealthReasonCode): Promise<HealthReport> {
    const { database } = this.#options.context
    await database.query(endAcknowledgements(database.schema), [code])
    return await this.evaluate()
  }

  /** Judges anew and keeps the report. */
  evaluate(): Promise<HealthReport> {
    this.#evaluating ??= this.#evaluate().finally(() => {
      this.#evaluating = null
    })
    return this.#evaluating
  }

  /** The judgement while the database is gone: told to those who watch here, kept nowhere. */
  unavailable(): HealthReport {
    const { context, publish } = this.#options
    const windowSeconds = HEALTH_WINDOW.seconds
    const report = evaluateHealth({
      now: context.clock.now(),
      finished: { completed: 0, failed: 0, windowSeconds },
      databaseLatencyMs: 'unavailable',
      previous: this.#last,
    })
    if (this.#last?.reasons.some(({ code }) => code === 'database_unavailable')) return this.#last
    this.#last = report
    publish([{ row: report as unknown as LiveRow, changed: 0n }])
    return report
  }

  async #evaluate(): Promise<HealthReport> {
    const { context, publish, onStatusChange } = this.#options
    const { database, clock } = context
    this.#evaluatedAt = clock.monotonic()
    const probed = await this.#probe()
    const { report, before, changed } = await database.transaction(async (client) => {
      // Nodes take turns, so that each report follows from the one before it.
      await query(client, `SELECT pg_advisory_xact_lock(hashtext('syncwatch health'))`)
      const latency = await this.#latency(() => query(client, 'SELECT 1'))
      const [stored] = await query<StoredHealth & Record<string, unknown>>(client, readHealth(database.schema))
      const previous = stored?.report.status === undefined ? null : toReport(stored)
      const [row] = await query<HealthInputRow & Record<string, unknown>>(client, readHealthInput(database.schema), [
        HEALTH_WINDOW.seconds,
        HEALTH_WINDOW.longestSeconds,
        HEALTH_WINDOW.leastOperations,
        STALLED_AFTER_MS,
      ])
      const judged = evaluateHealth({
        ...probed,
        ...toInput(row, latency, this.#eventLoop.latency(), clock.now()),
        previous,
      })
      // A report that was told while the database was gone must not be the newer one.
      const next = { ...judged, rev: Math.max(judged.rev, (this.#last?.rev ?? 0) + 1) }
      const [written] = await query<{ changed_xid: string }>(client, writeHealth(database.schema), [
        JSON.stringify(next),
        next.rev,
      ])
      return { report: next, before: previous, changed: written?.changed_xid ?? '0' }
    })
    this.#last = report
    publish([{ row: report as unknown as LiveRow, changed: BigInt(changed) }])
    if (before?.status !== report.status) onStatusChange(report, before)
    return report
  }

  async #probe(): Promise<ProbedHealth> {
    const answers = await Promise.all(
      this.#probes.map((probe) =>
        probe().catch((error: unknown) => {
          this.#options.context.logger.warn({ err: error }, 'A health probe failed.')
          return {} as Awaited<ReturnType<HealthProbe>>
        }),
      ),
    )
    const lags = answers.flatMap(({ webhookLagMs }) => (typeof webhookLagMs === 'number' ? [webhookLagMs] : []))
    const undelivered = answers.flatMap(({ undeliveredWebhooks: count }) => (typeof count === 'number' ? [count] : []))
    return {
      stores: answers.flatMap(({ stores }) => stores ?? []),
      webhookLagMs: lags.length === 0 ? null : Math.max(...lags),
      undeliveredWebhooks: undelivered.length === 0 ? null : Math.max(...undelivered),
    }
  }

  /** The slowest of three round trips, milliseconds. */
  async #latency(ping: () => Promise<unknown>): Promise<number> {
    const { clock } = this.#options.context
    let slowest = 0
    for (let round = 0; round < 3; round += 1) {
      const at = clock.monotonic()
      await ping()
      slowest = Math.max(slowest, clock.monotonic() - at)
    }
    return slowest
  }
}

function toReport(stored: Pick<LastReport, 'rev' | 'report'>): HealthReport {
  return { ...stored.report, id: 'system', rev: stored.rev }
}

function toInput(
  row: HealthInputRow | undefined,
  databaseLatencyMs: number,
  eventLoopLatencyMs: number | null,
  now: number,
): HealthInput {
  return {
    now,
    finished: {
      completed: row?.completed ?? 0,
      failed: row?.failed ?? 0,
      windowSeconds: Math.round(row?.window_seconds ?? HEALTH_WINDOW.longestSeconds),
    },
    stalled: row?.stalled ?? [],
    backlogAgeMs: row?.backlog_age_ms ?? null,
    oldestSnapshotAgeMs: row?.oldest_snapshot_ms ?? null,
    databaseLatencyMs,
    eventLoopLatencyMs,
    acknowledgements: (row?.acknowledgements ?? []) as Acknowledgement[],
  }
}
