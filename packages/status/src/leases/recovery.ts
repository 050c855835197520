import { type OperationId, type OperationRow, type OperationType, transition } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import type { ClientBase } from 'pg'
import { Loop } from '../loop/loop.ts'
import type { StatusTiming } from '../manager-options.ts'
import type { OperationRun } from '../manager-port.ts'
import { finalMetrics } from '../operations/final-metrics.ts'
import { STEP_LOCK_TIMEOUT_MS, stepWithin } from '../operations/step-operation.ts'
import { findOrphans } from '../queries/find-orphans.ts'
import { findRequeued } from '../queries/find-requeued.ts'
import { insertEvents, type NewEvent } from '../queries/insert-events.ts'
import type { Changed } from '../queries/operation-columns.ts'
import type { StatusContext } from '../status-context.ts'
import { begunAnew } from './claims.ts'

/** Works on an operation that was begun by a process that is gone. It has to complete the run; rejecting fails it. */
export type OperationHandler = (run: OperationRun, row: OperationRow) => Promise<void>

const BATCH = 100

/**
 * Takes over what dead nodes left: an operation whose lease ran out, or that was driven without a claim by a node that is gone, goes back to the queue with a new attempt when somebody
 * can go on with it (`operation_data.resumable`, or a handler of its type here), is cancelled when that was asked for, and
 * fails with code `orphaned` otherwise. Any number of nodes may do this at once.
 */
export class Recovery {
  readonly #context: StatusContext
  readonly #claim: (id: OperationId) => Promise<OperationRun>
  readonly #handlers = new Map<OperationType, OperationHandler>()
  readonly #working = new Set<Promise<void>>()
  readonly #leaseMs: number
  readonly #loop: Loop

  constructor(context: StatusContext, timing: StatusTiming, claim: (id: OperationId) => Promise<OperationRun>) {
    this.#context = context
    this.#claim = claim
    this.#leaseMs = timing.leaseMs
    this.#loop = new Loop(
      context.clock,
      timing.recoveryMs,
      () => this.#round(),
      (error) => context.logger.warn({ err: error }, 'Orphaned operations could not be looked for.'),
    )
  }

  handle(type: OperationType, handler: OperationHandler): void {
    this.#handlers.set(type, handler)
  }

  start(): void {
    this.#loop.start('soon')
  }

  /** Looks once, now. */
  now(): Promise<void> {
    return this.#loop.now()
  }

  async stop(): Promise<void> {
    await this.#loop.stop()
    await Promise.all(this.#working)
  }

  async #round(): Promise<void> {
    const { database, memory } = this.#context
    const steps = await database.transaction((client) => this.#takeOver(client), {
      lockTimeoutMs: STEP_LOCK_TIMEOUT_MS,
    })
    memory.committed(steps)
    await this.#goOn()
  }

  async #takeOver(client: ClientBase): Promise<Changed<OperationRow>[]> {
    const { nodeId } = this.#context
    const { schema } = this.#context.database
    const orphans = await query<{ id: OperationId }>(client, findOrphans(schema), [BATCH, nodeId, this.#leaseMs])
    const steps: Changed<OperationRow>[] = []
    const events: NewEvent[] = []
    for (const { id } of orphans) {
      const { step } = await stepWithin(
        this.#context,
        client,
        id,
        (row, now) => this.#judge(row, now, events),
        'UPDATE',
      )
      if (step !== null) steps.push(step)
    }
    if (events.length > 0) await query(client, insertEvents(schema), [JSON.stringify(events)])
    return steps
  }

  #judge(row: OperationRow, now: string, events: NewEvent[]): OperationRow {
    const free = { ...row, lease_owner: null, lease_until: null }
    const isAsked = row.cancel_requested_at !== null
    const isResumable = row.operation_data.resumable === true || this.#handlers.has(row.operation_type)
    const tell = (message: string) =>
      events.push({
        operation_id: row.id,
        kind: 'lease',
        message,
        data: { node_id: row.lease_owner },
        attempt: null,
        fence: null,
      })
    if (!isAsked && isResumable) {
      tell('The process that worked on it is gone; it waits for the next one.')
      return { ...begunAnew(free), attempt: row.attempt + 1 }
    }
    const status = isAsked ? 'cancelled' : 'failed'
    transition({ status: row.status, held: false }, `complete:${status}`)
    tell('The process that worked on it is gone.')
    const message = 'The process that worked on this operation ended before it did. Try it again.'
    const ended: OperationRow = {
      ...free,
      status,
      end_time: now,
      estimated_completion: null,
      ...(!isAsked && { error_details: { code: 'orphaned', message, node_id: row.lease_owner } }),
    }
    return { ...ended, performance_metrics: finalMetrics(ended, null) }
  }

  /** Operations that wait for a worker and have a handler here. */
  async #goOn(): Promise<void> {
    if (this.#handlers.size === 0) return
    const { database } = this.#context
    const waiting = await database.query<{ id: OperationId; operation_type: OperationType }>(
      findRequeued(database.schema),
      [[...this.#handlers.keys()], BATCH],
    )
    for (const { id, operation_type } of waiting) {
      const handler = this.#handlers.get(operation_type)
      if (handler === undefined) continue
      const work = this.#run(id, handler)
      this.#working.add(work)
      void work.finally(() => this.#working.delete(work))
    }
  }

  async #run(id: OperationId, handler: OperationHandler): Promise<void> {
    const { logger, memory } = this.#context
    const run = await this.#claim(id).catch(() => null)
    // Another node was faster.
    if (run === null) return
    try {
      const row = memory.get(id)
      if (row !== undefined) await handler(run, row)
    } catch (error) {
      logger.warn({ err: error, id }, 'A handler failed.')
      const message = error instanceof Error ? error.message : String(error)
      await run.complete('failed', { error_details: { code: 'internal', message } }).catch(() => {})
    }
  }
}
