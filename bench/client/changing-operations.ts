import { buildDelta, type LiveRow, type OperationId, type OperationRow, type StoreId } from '@syncwatch/core'

/** So many open operations are in a snapshot at most; the true number stands in the counts. */
const IN_VIEW = 500

/** Operations under way, and the frames that tell of their changes: what a node's hub has in memory, without a database. */
export class ChangingOperations {
  readonly rows: OperationRow[]
  #cursor = 1
  #next = 0

  constructor(count: number) {
    this.rows = Array.from({ length: count }, (_, index) => openOperation(index))
  }

  counts() {
    return { pending: 0, in_progress: this.rows.length, completed: 0, failed: 0, cancelled: 0 }
  }

  snapshot(topic: string): object {
    const cursor = String(this.#cursor)
    if (topic !== 'operations') return { type: 'snapshot', topic, cursor, rows: [] }
    const operations = this.rows.slice(0, IN_VIEW)
    return { type: 'snapshot', topic, cursor, operations, health: null, counts: this.counts(), stores: [] }
  }

  /** Moves the next operations on, in turn, and gives the frames of that as texts. */
  change(count: number): string[] {
    const changed = Array.from({ length: count }, () => this.#advance())
    this.#cursor += 1
    const changes = changed.map((row) => ({ row: row as unknown as LiveRow, extent: 'progress' as const }))
    return buildDelta('operations', String(this.#cursor), changes, []).map((frame) => JSON.stringify(frame))
  }

  #advance(): OperationRow {
    // Half of the changes fall on those in view, so that the page has something to show.
    const index = this.#next % 2 === 0 ? (this.#next / 2) % IN_VIEW : this.#next % this.rows.length
    this.#next += 1
    const before = this.rows[index] as OperationRow
    const processed = Math.min(999, before.processed_items + 1)
    const row = {
      ...before,
      rev: before.rev + 1,
      processed_items: processed,
      progress: processed / 10,
      message: `IMG_${before.rev}.jpg`,
      updated_at: new Date().toISOString(),
    }
    this.rows[index] = row
    return row
  }
}

function openOperation(index: number): OperationRow {
  const at = new Date(Date.now() - 3_600_000 + index).toISOString()
  return {
    id: `0190a000-0000-7000-8000-${String(index).padStart(12, '0')}` as OperationId,
    rev: 1,
    operation_key: null,
    operation_type: 'upload',
    status: 'in_progress',
    progress: 0,
    total_items: 1000,
    processed_items: 0,
    failed_items: 0,
    total_bytes: null,
    processed_bytes: 0,
    phase: 'uploading',
    message: null,
    start_time: at,
    end_time: null,
    estimated_completion: null,
    triggered_by: 'bench',
    source: 'api',
    store_id: null as StoreId | null,
    operation_data: {},
    error_details: null,
    performance_metrics: { items_per_second: 12, stalled_since: null },
    attempt: 1,
    retry_of: null,
    cancel_requested_at: null,
    lease_owner: null,
    lease_until: null,
    created_at: at,
    updated_at: new Date().toISOString(),
  }
}
