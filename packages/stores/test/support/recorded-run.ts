import type { CompleteOperation, EndedStatus, OperationId, OperationRow } from '@syncwatch/core'
import { SyncwatchError, systemRandom } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import type { ItemReport, OperationRun, ProgressPatch } from '@syncwatch/status-manager'
import type { ClientBase, Pool } from 'pg'

/** An `OperationRun` on real tables that remembers what it was told. */
export class RecordedRun implements OperationRun {
  readonly attempt: number
  readonly id: OperationId
  readonly patches: ProgressPatch[] = []
  readonly events: { kind: string; message: string }[] = []
  readonly reported = new Map<string, ItemReport>()
  readonly #pool: Pool
  readonly #abort = new AbortController()
  outcome: CompleteOperation | undefined
  /** Called within each commit, before it commits. */
  beforeCommit: (items: readonly ItemReport[]) => Promise<void> = async () => {}

  private constructor(pool: Pool, id: OperationId, attempt: number) {
    this.#pool = pool
    this.id = id
    this.attempt = attempt
  }

  /** A new operation, or the next attempt of one. */
  static async start(pool: Pool, previous?: RecordedRun): Promise<RecordedRun> {
    const id = previous?.id ?? (systemRandom().uuid() as OperationId)
    const [row] = await query<{ attempt: number }>(
      pool,
      `INSERT INTO sync_operations (id, operation_type, status, attempt) VALUES ($1, 'full_sync', 'in_progress', 1)
       ON CONFLICT (id) DO UPDATE SET attempt = sync_operations.attempt + 1 RETURNING attempt`,
      [id],
    )
    return new RecordedRun(pool, id, row?.attempt ?? 1)
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  cancel(): void {
    this.#abort.abort(new SyncwatchError('cancelled', 'Cancelled.'))
  }

  async held(): Promise<void> {}

  async progress(patch: ProgressPatch): Promise<void> {
    this.patches.push(patch)
  }

  async items(items: readonly ItemReport[]): Promise<void> {
    for (const item of items) this.reported.set(item.item_key, item)
  }

  async itemsWithin(transaction: ClientBase, items: readonly ItemReport[]): Promise<void> {
    const [row] = await query<{ attempt: number }>(
      transaction,
      'SELECT attempt FROM sync_operations WHERE id = $1 FOR SHARE',
      [this.id],
    )
    if (row?.attempt !== this.attempt) throw new SyncwatchError('fenced', 'Another attempt has taken over.')
    await this.beforeCommit(items)
    await this.items(items)
  }

  async event(kind: 'warning' | 'message' | 'error', message: string): Promise<void> {
    this.events.push({ kind, message })
  }

  async complete(status: EndedStatus, outcome: Omit<CompleteOperation, 'status'> = {}): Promise<OperationRow> {
    this.outcome = { status, ...outcome }
    const [row] = await query<OperationRow>(
      this.#pool,
      'UPDATE sync_operations SET status = $2, message = $3 WHERE id = $1 RETURNING *',
      [this.id, status, outcome.message ?? null],
    )
    return row as OperationRow
  }

  async release(): Promise<void> {}
}
