import { type Clock, type OperationRow, type ProgressFields, SyncwatchError } from '@syncwatch/core'
import { plainArray, readNumbers, textArray } from '@syncwatch/database'
import type { StatusDatabase } from '../database/status-database.ts'
import type { OperationMemory } from '../operations/operation-memory.ts'
import { type FlushResult, flushProgress } from '../queries/flush-progress.ts'
import { insertEvents, type NewEvent } from '../queries/insert-events.ts'
import { type Changed, type StoredOperation, toChanged } from '../queries/operation-columns.ts'
import { readOperations } from '../queries/read-operations.ts'
import { bigintArray, uuidArray } from './binary-array.ts'
import type { Writer } from './flusher.ts'
import { mergeProgress } from './merge-progress.ts'
import { fenced, type PendingProgress, type ProgressBuffer } from './progress-buffer.ts'
import type { ProgressFigures, WrittenFigures } from './progress-figures.ts'

export interface ProgressWriterOptions {
  readonly buffer: ProgressBuffer
  readonly database: StatusDatabase
  readonly memory: OperationMemory
  readonly figures: ProgressFigures
  readonly clock: Clock
  /** This node's name while others would notice its death, else null. */
  readonly presentAs: () => string | null
  /** Told of the connection that is about to write, whose notification needs no answer. */
  readonly writing: (processId: number) => () => void
}

/** Rows a statement. More make each row no cheaper (measured from 500 to 20,000) and keep other writers waiting. */
const CHUNK = 1000
const LANES = 3

/** Refusals that are about a value and stay so. */
const VALUE_ERRORS: ReadonlySet<string> = new Set(['invalid_input', 'invalid_progress', 'illegal_transition'])

interface Written {
  readonly entry: PendingProgress
  /** The row that the parameters were made from. */
  readonly known: OperationRow | undefined
  readonly drivenBy: string | null
  readonly figures: WrittenFigures
  readonly rev: number
}

/** Writes the buffer to the table and hands on what was committed. */
export class ProgressWriter implements Writer {
  readonly #options: ProgressWriterOptions

  constructor(options: ProgressWriterOptions) {
    this.#options = options
  }

  get hasPending(): boolean {
    return this.#options.buffer.size > 0
  }

  /**
   * A few statements at a time: while one commits, Postgres works on another, and the next is put together here. Three are
   * a tenth faster than two on two cores, and four slower again.
   */
  async write(): Promise<void> {
    const { buffer } = this.#options
    let rounds = Math.ceil(buffer.size / CHUNK)
    // Evenly, or the last few rows would come as late as a full statement, behind it.
    const each = Math.ceil(buffer.size / rounds)
    const lane = async () => {
      while (rounds > 0) {
        rounds -= 1
        await this.#writeNext(each)
      }
    }
    const lanes = await Promise.allSettled(Array.from({ length: LANES }, lane))
    buffer.outstanding.announce()
    for (const result of lanes) if (result.status === 'rejected') throw result.reason
  }

  async #writeNext(most: number): Promise<void> {
    const { buffer } = this.#options
    const entries = buffer.take(most)
    if (entries.length === 0) return
    try {
      await this.#writeOrSplit(entries)
    } catch (error) {
      for (const entry of entries) buffer.putBack(entry)
      buffer.failWaiters(error)
      throw error
    }
  }

  /** One value that the database will never take must not hold up the others: it is found by halving, and refused. */
  async #writeOrSplit(entries: PendingProgress[]): Promise<void> {
    try {
      await this.#writeChunk(entries)
    } catch (error) {
      if (!(error instanceof SyncwatchError) || error.retryable || !VALUE_ERRORS.has(error.code)) throw error
      if (entries.length > 1) {
        const middle = Math.ceil(entries.length / 2)
        await this.#writeOrSplit(entries.slice(0, middle))
        await this.#writeOrSplit(entries.slice(middle))
      } else for (const entry of entries) this.#options.buffer.refuse(entry, error)
    }
  }

  async #writeChunk(entries: PendingProgress[]): Promise<void> {
    const { buffer, database, memory } = this.#options
    const known = entries.map(({ id }) => memory.get(id))
    const figures = this.#figuresOf(entries, known)
    const drivers = this.#driversOf(entries, known)
    const [result] = await database.queryAs<FlushResult & Record<string, unknown>>(
      this.#options.writing,
      flushProgress(database.schema),
      parameters(entries, known, figures, drivers),
    )
    if (result === undefined) throw new SyncwatchError('internal', 'The flush gave no answer.')
    const missing = new Set(entries)
    const written = readWritten(result, entries, known, figures, drivers)
    for (const { entry } of written) missing.delete(entry)
    for (const [ord, status, attempt] of result.refused ?? []) {
      const entry = entries[ord - 1]
      if (entry !== undefined && missing.delete(entry)) await this.#refuse(entry, status, attempt)
    }
    await this.#publish(written, result)
    for (const { entry } of written) buffer.settle(entry)
    await this.#putBackHeld([...missing])
  }

  #figuresOf(entries: readonly PendingProgress[], known: readonly (OperationRow | undefined)[]): WrittenFigures[] {
    const { figures, clock } = this.#options
    const now = clock.now()
    return entries.map((entry, index) => {
      const row = known[index]
      if (row === undefined) return { estimated_completion: null, performance_metrics: null }
      return figures.observe(row, entry.values, now)
    })
  }

  /**
   * Who is to be written down as the node that drives an operation which nobody claims: this one, where that is not what the
   * table says. When it dies the others find the operation by that.
   */
  #driversOf(entries: readonly PendingProgress[], known: readonly (OperationRow | undefined)[]): (string | null)[] {
    const me = this.#options.presentAs()
    return entries.map(({ isDriven, attempt }, index) => {
      const row = known[index]
      const isNews = isDriven && attempt === null && row?.attempt === 0 && row.lease_owner !== me
      return isNews ? me : null
    })
  }

  /**
   * What was written is known without reading it back, unless somebody else wrote in between: `rev` tells. The row must be
   * the one that the parameters were made from too, because what it held was not sent.
   */
  async #publish(written: readonly Written[], result: FlushResult): Promise<void> {
    const { memory } = this.#options
    const changed = BigInt(result.xid)
    const known: Changed<OperationRow>[] = []
    const unknown: string[] = []
    for (const each of written) {
      const row = memory.get(each.entry.id)
      if (row !== undefined && row.rev >= each.rev) continue
      if (row !== undefined && row === each.known && row.rev + 1 === each.rev)
        known.push({ row: afterFlush(row, each, result.written_at), changed })
      else unknown.push(each.entry.id)
    }
    memory.committed(known)
    if (unknown.length > 0) memory.committed(await this.#read(unknown))
  }

  async #read(ids: readonly string[]): Promise<Changed<OperationRow>[]> {
    const { database } = this.#options
    const rows = await database.query<StoredOperation>(readOperations(database.schema), [ids, []])
    return rows.map(toChanged<OperationRow>)
  }

  /** A refusal at the flush becomes part of the operation's timeline and rejects the next `flush()`. */
  async #refuse(entry: PendingProgress, status: string, attempt: number): Promise<void> {
    const { buffer, database, memory } = this.#options
    const isFenced = entry.attempt !== null && entry.attempt !== attempt
    const error = isFenced
      ? fenced(entry.id, entry.attempt, attempt)
      : new SyncwatchError('illegal_transition', `Operation ${entry.id} is ${status}, so its progress was refused.`, {
          details: { operation_id: entry.id, status },
        })
    if (!buffer.refuse(entry, error)) return
    memory.forget(entry.id)
    const event: NewEvent = {
      operation_id: entry.id,
      kind: 'warning',
      message: isFenced
        ? `Progress of attempt ${entry.attempt} was refused: attempt ${attempt} has taken over.`
        : `Progress was refused: the operation is ${status}.`,
      data: { code: error.code, progress: entry.values.progress, processed_items: entry.values.processed_items },
      attempt: entry.attempt,
      fence: null,
    }
    await database.query(insertEvents(database.schema), [JSON.stringify([event])])
  }

  /** Rows that did not come back are held by somebody else and wait for the next window, or were removed. */
  async #putBackHeld(entries: readonly PendingProgress[]): Promise<void> {
    if (entries.length === 0) return
    const { buffer, memory } = this.#options
    const suspects = entries.filter(({ skipped }) => skipped > 0).map(({ id }) => id)
    const there = new Set(suspects.length === 0 ? [] : (await this.#read(suspects)).map(({ row }) => row.id))
    for (const entry of entries) {
      if (entry.skipped === 0 || there.has(entry.id)) {
        buffer.putBack(entry, entry.skipped + 1)
        continue
      }
      memory.forget(entry.id)
      const error = new SyncwatchError('operation_not_found', `Operation ${entry.id} was removed.`, {
        details: { operation_id: entry.id },
      })
      buffer.refuse(entry, error)
    }
  }
}

/**
 * The parameters of `flushProgress`. What the table is known to hold already is not sent again: most reports move one or two
 * of the columns, and each array costs both sides.
 */
function parameters(
  entries: readonly PendingProgress[],
  known: readonly (OperationRow | undefined)[],
  figures: readonly WrittenFigures[],
  drivers: readonly (string | null)[],
): (string | Buffer)[] {
  const moved = <Field extends keyof ProgressFields>(field: Field) =>
    entries.map(({ values }, index) => (values[field] === known[index]?.[field] ? null : values[field]))
  return [
    uuidArray(entries.map(({ id }) => id)),
    plainArray(entries.map(({ attempt }) => attempt)),
    plainArray(moved('progress')),
    bigintArray(moved('total_items')),
    bigintArray(moved('processed_items')),
    bigintArray(moved('failed_items')),
    bigintArray(moved('total_bytes')),
    bigintArray(moved('processed_bytes')),
    textArray(moved('phase')),
    textArray(moved('message')),
    plainArray(figures.map((each) => each.estimated_completion)),
    textArray(
      figures.map(({ performance_metrics }) =>
        performance_metrics === null ? null : JSON.stringify(performance_metrics),
      ),
    ),
    textArray(drivers),
  ]
}

function readWritten(
  result: FlushResult,
  entries: readonly PendingProgress[],
  known: readonly (OperationRow | undefined)[],
  figures: readonly WrittenFigures[],
  drivers: readonly (string | null)[],
): Written[] {
  const ords = readNumbers(result.ords)
  const revs = readNumbers(result.revs)
  return ords.map((ord, index) => ({
    entry: entries[ord - 1] as PendingProgress,
    known: known[ord - 1],
    drivenBy: drivers[ord - 1] ?? null,
    figures: figures[ord - 1] as WrittenFigures,
    rev: revs[index] as number,
  }))
}

/** The row as the flush left it: the mirror of the SET list in `flushProgress`. */
function afterFlush(row: OperationRow, { entry, figures, rev, drivenBy }: Written, writtenAt: string): OperationRow {
  return {
    ...row,
    ...mergeProgress(row, entry.values),
    rev,
    status: 'in_progress',
    start_time: row.start_time ?? writtenAt,
    estimated_completion: figures.estimated_completion,
    performance_metrics: figures.performance_metrics ?? row.performance_metrics,
    lease_owner: drivenBy ?? row.lease_owner,
    updated_at: writtenAt,
  }
}
