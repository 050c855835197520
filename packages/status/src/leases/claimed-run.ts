import {
  type CompleteOperation,
  type EndedStatus,
  type ItemReport,
  isSyncwatchError,
  itemReportsSchema,
  type OperationId,
  type OperationRow,
  type ProgressPatch,
  parseInput,
  SyncwatchError,
} from '@syncwatch/core'
import { query } from '@syncwatch/database'
import type { ClientBase } from 'pg'
import type { OperationRun } from '../manager-port.ts'
import { addEvent } from '../operations/add-event.ts'
import { completeOperation } from '../operations/complete-operation.ts'
import { operationNotFound } from '../operations/operation-lookup.ts'
import { type UpsertItemsResult, upsertItems } from '../queries/upsert-items.ts'
import type { StatusContext } from '../status-context.ts'
import { itemParameters, latestByKey } from '../write/item-values.ts'
import { fenced } from '../write/progress-buffer.ts'

/** How a run writes, as its manager does it. */
export interface RunWriting {
  report(id: OperationId, patch: ProgressPatch, attempt: number): Promise<void>
  acceptItems(id: OperationId, reports: readonly ItemReport[], attempt: number): Promise<void>
  /** Items of an operation that must be in the table before it ends. */
  flushItems(id: OperationId): Promise<void>
  /** Looks whether the run still holds its operation, and renews its deadline or loses it. Resolves too when it cannot look now. */
  confirm(run: ClaimedRun): Promise<void>
  /** Gives the lease back. */
  release(run: ClaimedRun): Promise<void>
  ended(run: ClaimedRun): void
}

/** A claim in the hands of one worker. The signal says that it is over before the calls do. */
export class ClaimedRun implements OperationRun {
  readonly id: OperationId
  readonly attempt: number
  readonly lease: 'own' | 'job'
  readonly leaseMs: number
  /**
   * Monotonic time until which it is known to hold the operation. An own lease may be somebody else's then, unless a heartbeat
   * came through; one that belongs to a job is looked at again.
   */
  deadline: number
  readonly #context: StatusContext
  readonly #writing: RunWriting
  readonly #abort = new AbortController()
  #lost: SyncwatchError | null = null

  constructor(
    context: StatusContext,
    writing: RunWriting,
    claim: { id: OperationId; attempt: number; lease: 'own' | 'job'; leaseMs: number; deadline: number },
  ) {
    this.#context = context
    this.#writing = writing
    this.id = claim.id
    this.attempt = claim.attempt
    this.lease = claim.lease
    this.leaseMs = claim.leaseMs
    this.deadline = claim.deadline
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** Somebody asked to cancel. The worker may still report and has to complete. */
  cancel(): void {
    if (this.signal.aborted) return
    this.#abort.abort(new SyncwatchError('cancelled', `Operation ${this.id} was cancelled.`))
  }

  /** The claim is lost: nothing that this worker writes counts any more. */
  lose(current: number | null): void {
    const error =
      current === null
        ? new SyncwatchError('fenced', `The lease of operation ${this.id} ran out. Stop working on it.`)
        : fenced(this.id, this.attempt, current)
    if (!this.signal.aborted) this.#abort.abort(error)
    this.#lost = error
  }

  async held(signal?: AbortSignal): Promise<void> {
    for (;;) {
      signal?.throwIfAborted()
      if (this.#lost !== null) throw this.#lost
      if (this.#context.clock.monotonic() <= this.deadline) return
      await this.#writing.confirm(this)
    }
  }

  progress(patch: ProgressPatch): Promise<void> {
    return this.#guarded(() => this.#writing.report(this.id, patch, this.attempt))
  }

  items(items: readonly ItemReport[]): Promise<void> {
    return this.#guarded(() => this.#writing.acceptItems(this.id, items, this.attempt))
  }

  itemsWithin(transaction: ClientBase, items: readonly ItemReport[]): Promise<void> {
    return this.#guarded(async () => {
      // Without items the statement still looks at the fence and holds it until the caller commits.
      const reports = items.length === 0 ? [] : latestByKey(parseInput(itemReportsSchema, items) as ItemReport[])
      const values = reports.map((report) => ({ operation_id: this.id, attempt: this.attempt, report }))
      const [result] = await query<UpsertItemsResult & Record<string, unknown>>(
        transaction,
        upsertItems(this.#context.database.schema, ''),
        itemParameters(values, this.id),
      )
      const [, attempt] = result?.held?.[0] ?? []
      if (attempt === undefined) throw operationNotFound(this.id)
      if (attempt !== this.attempt) throw fenced(this.id, this.attempt, attempt)
    })
  }

  event(kind: 'warning' | 'message' | 'error', message: string, data?: Record<string, unknown>): Promise<void> {
    return this.#guarded(() => addEvent(this.#context, this.id, { kind, message, data }, this.attempt))
  }

  async complete(status: EndedStatus, outcome: Omit<CompleteOperation, 'status'> = {}): Promise<OperationRow> {
    return this.#guarded(async () => {
      await this.#writing.flushItems(this.id)
      const row = await completeOperation(this.#context, this.id, { status, ...outcome }, this.attempt)
      this.#writing.ended(this)
      return row
    })
  }

  async release(): Promise<void> {
    await this.#guarded(() => this.#writing.release(this))
  }

  async #guarded<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#lost !== null) throw this.#lost
    try {
      return await work()
    } catch (error) {
      if (isSyncwatchError(error, 'fenced')) {
        this.#lost = error
        if (!this.signal.aborted) this.#abort.abort(error)
        this.#writing.ended(this)
      }
      throw error
    }
  }
}
