import {
  isEnded,
  isHeld,
  type OperationId,
  type OperationRow,
  SyncwatchError,
  sleep,
  transition,
} from '@syncwatch/core'
import { query } from '@syncwatch/database'
import { Loop } from '../loop/loop.ts'
import type { StatusTiming } from '../manager-options.ts'
import { STEP_LOCK_TIMEOUT_MS, stepOperation, stepWithin } from '../operations/step-operation.ts'
import { extendLeases } from '../queries/extend-leases.ts'
import { insertEvents, type NewEvent } from '../queries/insert-events.ts'
import { type StoredOperation, toChanged } from '../queries/operation-columns.ts'
import { type WatchedClaim, watchClaims } from '../queries/watch-claims.ts'
import type { StatusContext } from '../status-context.ts'
import { fenced } from '../write/progress-buffer.ts'
import { ClaimedRun, type RunWriting } from './claimed-run.ts'

/**
 * How long the hold of a job is taken for granted after it was seen: some looks, and far less than it takes until the job of a
 * dead node is given to another one.
 */
const SEEN_MS = 2_000
const LOOK_AGAIN_MS = 250

export interface ClaimOptions {
  leaseSeconds?: number
  lease?: 'own' | 'job'
}

/** The operations that this node works on: claims them, keeps the leases alive, and notices when one is cancelled or lost. */
export class Claims {
  readonly #context: StatusContext
  readonly #timing: StatusTiming
  readonly #runs = new Map<OperationId, ClaimedRun>()
  readonly #heartbeat: Loop
  readonly #watch: Loop

  constructor(context: StatusContext, timing: StatusTiming) {
    this.#context = context
    this.#timing = timing
    const warn = (what: string) => (error: unknown) => context.logger.warn({ err: error }, what)
    this.#heartbeat = new Loop(context.clock, timing.heartbeatMs, () => this.#beat(), warn('A heartbeat failed.'))
    this.#watch = new Loop(
      context.clock,
      timing.watchClaimsMs,
      () => this.#look(),
      warn('Claims could not be checked.'),
    )
    context.memory.onCommit((changes) => {
      for (const { row } of changes) this.#judge(row)
    })
  }

  get size(): number {
    return this.#runs.size
  }

  /** Rejects with `illegal_transition` when the operation has ended, or (lease `own`) while somebody else holds it. */
  async claim(id: OperationId, options: ClaimOptions, writing: RunWriting): Promise<ClaimedRun> {
    const { database, clock, nodeId, memory } = this.#context
    const lease = options.lease ?? 'own'
    const leaseMs = (options.leaseSeconds ?? this.#timing.leaseMs / 1000) * 1000
    if (!(leaseMs > 0)) throw new SyncwatchError('invalid_input', 'leaseSeconds must be above 0.')
    const claimedAt = clock.monotonic()
    const { step, row } = await database.transaction(
      async (client) => {
        const result = await stepWithin(
          this.#context,
          client,
          id,
          (before, now) => claimed(before, now, { nodeId, lease, leaseMs }),
          'UPDATE',
        )
        const event: NewEvent = {
          operation_id: id,
          kind: 'lease',
          message: `Attempt ${result.row.attempt} was taken up.`,
          data: { node_id: nodeId, lease },
          attempt: result.row.attempt,
          fence: null,
        }
        await query(client, insertEvents(database.schema), [JSON.stringify([event])])
        return result
      },
      { lockTimeoutMs: STEP_LOCK_TIMEOUT_MS },
    )
    if (step !== null) memory.committed([step])
    const run = new ClaimedRun(this.#context, writing, {
      id,
      attempt: row.attempt,
      lease,
      leaseMs,
      deadline: claimedAt + (lease === 'own' ? leaseMs : SEEN_MS),
    })
    this.#runs.get(id)?.lose(row.attempt)
    this.#runs.set(id, run)
    if (row.cancel_requested_at !== null) run.cancel()
    this.#heartbeat.start()
    this.#watch.start()
    return run
  }

  /** The run is over; nothing of it is kept alive any more. */
  drop(run: ClaimedRun): void {
    if (this.#runs.get(run.id) !== run) return
    this.#runs.delete(run.id)
    if (this.#runs.size > 0) return
    void this.#heartbeat.stop()
    void this.#watch.stop()
  }

  /** Gives a lease back: its operation is recovered as after a crash, at once. */
  async release(run: ClaimedRun): Promise<void> {
    this.drop(run)
    await stepOperation(
      this.#context,
      run.id,
      (before, now) => {
        if (before.attempt !== run.attempt) throw fenced(run.id, run.attempt, before.attempt)
        if (isEnded(before.status)) return null
        return run.lease === 'job'
          ? { ...begunAnew(before), attempt: before.attempt + 1, lease_owner: null, lease_until: null }
          : { ...before, lease_until: now }
      },
      'UPDATE',
    )
  }

  /** Looks now whether the run still holds its operation; see `RunWriting`. */
  async confirm(run: ClaimedRun): Promise<void> {
    await this.#watch.now()
    const { clock } = this.#context
    // The database is away. Until it says something the work rests, and no longer.
    if (this.#runs.get(run.id) === run && clock.monotonic() > run.deadline) await sleep(clock, LOOK_AGAIN_MS)
  }

  /** Stops the loops. Leases run out by themselves, and their operations are recovered by the others. */
  async stop(): Promise<void> {
    for (const run of this.#runs.values()) run.lose(null)
    this.#runs.clear()
    await Promise.all([this.#heartbeat.stop(), this.#watch.stop()])
  }

  async #beat(): Promise<void> {
    const { database, clock, memory } = this.#context
    const runs = [...this.#runs.values()].filter(({ lease }) => lease === 'own')
    if (runs.length === 0) return
    const sentAt = clock.monotonic()
    const stored = await database.query<StoredOperation & Record<string, unknown>>(extendLeases(database.schema), [
      runs.map(({ id }) => id),
      runs.map(({ attempt }) => attempt),
      runs.map(({ leaseMs }) => leaseMs),
    ])
    const changes = stored.map(toChanged<OperationRow>)
    for (const { row } of changes) {
      const run = this.#runs.get(row.id)
      if (run?.attempt === row.attempt) run.deadline = sentAt + run.leaseMs
    }
    memory.committed(changes)
  }

  async #look(): Promise<void> {
    const { database, clock } = this.#context
    const now = clock.monotonic()
    for (const run of [...this.#runs.values()]) {
      // Without a sign of life for so long the lease may be somebody else's; work must stop before it is certain.
      if (run.lease === 'own' && now > run.deadline) this.#lose(run, null)
    }
    const ids = [...this.#runs.keys()]
    if (ids.length === 0) return
    const rows = await database.query<WatchedClaim & Record<string, unknown>>(watchClaims(database.schema), [ids])
    const found = new Map(rows.map((row) => [row.id, row as WatchedClaim]))
    for (const id of ids) {
      const row = found.get(id)
      const run = this.#runs.get(id)
      if (run?.lease === 'job' && row?.attempt === run.attempt) run.deadline = now + SEEN_MS
      if (row !== undefined) this.#judge(row)
      else if (run !== undefined) this.#lose(run, null)
    }
  }

  #judge(row: Pick<OperationRow, 'id' | 'attempt' | 'status' | 'cancel_requested_at'>): void {
    const run = this.#runs.get(row.id)
    if (run === undefined || row.attempt < run.attempt) return
    if (row.attempt > run.attempt) this.#lose(run, row.attempt)
    else if (row.cancel_requested_at !== null || row.status === 'cancelled') run.cancel()
    else if (isEnded(row.status)) this.drop(run)
  }

  #lose(run: ClaimedRun, current: number | null): void {
    run.lose(current)
    this.drop(run)
  }
}

/** The row in the hands of a new worker. Its progress starts anew; only within an attempt it never goes back. */
function claimed(
  before: OperationRow,
  now: string,
  by: { nodeId: string; lease: 'own' | 'job'; leaseMs: number },
): OperationRow {
  transition({ status: before.status, held: false }, 'progress')
  if (by.lease === 'own' && isHeld(before, Date.parse(now)))
    throw new SyncwatchError('illegal_transition', `Operation ${before.id} is in the hands of another worker.`, {
      details: { operation_id: before.id, lease_owner: before.lease_owner, lease_until: before.lease_until },
    })
  // What was requeued has a fresh attempt already, which nobody holds; unless somebody without a claim wrote progress into it meanwhile.
  const isFresh = before.attempt > 0 && before.lease_owner === null && !hasProgress(before)
  return {
    ...(before.attempt > 0 ? begunAnew(before) : before),
    status: 'in_progress',
    start_time: before.start_time ?? now,
    attempt: before.attempt + (isFresh ? 0 : 1),
    lease_owner: by.nodeId,
    lease_until: by.lease === 'job' ? null : new Date(Date.parse(now) + by.leaseMs).toISOString(),
  }
}

function hasProgress(row: OperationRow): boolean {
  return (row.progress ?? 0) + row.processed_items + row.failed_items + row.processed_bytes > 0
}

/** Progress as at the beginning. */
export function begunAnew(row: OperationRow): OperationRow {
  const hasTotal = (row.total_items ?? 0) > 0 || (row.total_bytes ?? 0) > 0
  return {
    ...row,
    progress: hasTotal ? 0 : null,
    processed_items: 0,
    failed_items: 0,
    processed_bytes: 0,
    phase: null,
    estimated_completion: null,
  }
}
