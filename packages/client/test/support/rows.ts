import {
  type Delta,
  type HealthReport,
  OPERATION_FIELDS,
  OPERATION_PROGRESS_FIELDS,
  type OperationId,
  type OperationRow,
  type OperationsSnapshot,
  type StoreId,
  type StoreSummary,
} from '@syncwatch/core'

export const NOW = Date.UTC(2030, 0, 1, 12)
export const at = (milliseconds: number) => new Date(milliseconds).toISOString()

export function operation(id: string, patch: Partial<OperationRow> = {}): OperationRow {
  return {
    id: id as OperationId,
    rev: 1,
    operation_key: null,
    operation_type: 'upload',
    status: 'in_progress',
    progress: 10,
    total_items: 100,
    processed_items: 10,
    failed_items: 0,
    total_bytes: null,
    processed_bytes: 0,
    phase: null,
    message: null,
    start_time: at(NOW - 10_000),
    end_time: null,
    estimated_completion: null,
    triggered_by: null,
    source: 'api',
    store_id: null,
    operation_data: {},
    error_details: null,
    performance_metrics: {},
    attempt: 1,
    retry_of: null,
    cancel_requested_at: null,
    lease_owner: null,
    lease_until: null,
    created_at: at(NOW - 20_000),
    updated_at: at(NOW - 1_000),
    ...patch,
  }
}

export function store(name: string, patch: Partial<StoreSummary> = {}): StoreSummary {
  return {
    id: name as StoreId,
    rev: 1,
    name,
    kind: 'folder',
    mode: 'two-way',
    content_mode: 'full',
    location: `/${name}`,
    state: 'idle',
    asset_count: 8412,
    total_bytes: 1,
    differ_count: 0,
    failed_count: 0,
    verified_at: at(NOW - 14_000),
    converged_at: at(NOW - 14_000),
    last_operation_id: null,
    last_error: null,
    schedule: null,
    next_run_at: null,
    conflict_policy: 'keep-both',
    delete_limit: null,
    prefixes: [],
    sentinel: null,
    created_at: at(0),
    updated_at: at(0),
    ...patch,
  }
}

export function health(patch: Partial<HealthReport> = {}): HealthReport {
  return {
    id: 'system',
    rev: 1,
    status: 'healthy',
    performance_score: 100,
    error_rate: 0,
    trend: 'steady',
    reasons: [],
    sample_size: 20,
    window_seconds: 900,
    since: at(0),
    evaluated_at: at(0),
    ...patch,
  }
}

export function countsOf(rows: readonly OperationRow[]): OperationsSnapshot['counts'] {
  const counts = { pending: 0, in_progress: 0, completed: 0, failed: 0, cancelled: 0 }
  for (const row of rows) counts[row.status] += 1
  return counts
}

export function snapshot(rows: readonly OperationRow[], patch: Partial<OperationsSnapshot> = {}): OperationsSnapshot {
  const counts = countsOf(rows)
  return {
    type: 'snapshot',
    topic: 'operations',
    cursor: '100',
    operations: [...rows],
    health: null,
    counts,
    stores: [],
    ...patch,
  }
}

export function delta(rows: readonly OperationRow[], patch: Partial<Delta> = {}): Delta {
  const fields = patch.fields ?? OPERATION_FIELDS
  const values = rows.map((row) => fields.map((field) => (row as unknown as Record<string, unknown>)[field] ?? null))
  return { type: 'delta', topic: 'operations', cursor: '101', fields, rows: values, removed: [], ...patch }
}

export function progressDelta(rows: readonly OperationRow[], patch: Partial<Delta> = {}): Delta {
  return delta(rows, { fields: OPERATION_PROGRESS_FIELDS, ...patch })
}
