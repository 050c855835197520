import { type ConnectionState, initialSyncStatusState, reduce, type SyncStatusState } from '@syncwatch/client'
import type {
  HealthReason,
  HealthReport,
  MetricsReport,
  OperationCounts,
  OperationId,
  OperationRow,
  StoreId,
  StoreSummary,
} from '@syncwatch/core'

/** The moment in which all fixtures stand. */
export const NOW = Date.UTC(2030, 0, 1, 14, 2, 31)
export const at = (milliseconds: number): string => new Date(milliseconds).toISOString()
const ago = (seconds: number): string => at(NOW - seconds * 1000)

export function operation(id: string, patch: Partial<OperationRow> = {}): OperationRow {
  return {
    id: id as OperationId,
    rev: 1,
    operation_key: null,
    operation_type: 'full_sync',
    status: 'in_progress',
    progress: 41.2,
    total_items: 1000,
    processed_items: 412,
    failed_items: 0,
    total_bytes: null,
    processed_bytes: 0,
    phase: 'import',
    message: 'Importing 2029/summer/IMG_4123.jpg',
    start_time: ago(60),
    end_time: null,
    estimated_completion: at(NOW + 90_000),
    triggered_by: 'admin',
    source: 'manual',
    store_id: 'photos' as StoreId,
    operation_data: {},
    error_details: null,
    performance_metrics: {
      items_per_second: 6.9,
      eta_low: at(NOW + 60_000),
      eta_high: at(NOW + 120_000),
      stalled_since: null,
    },
    attempt: 1,
    retry_of: null,
    cancel_requested_at: null,
    lease_owner: null,
    lease_until: null,
    created_at: ago(62),
    updated_at: ago(1),
    ...patch,
  }
}

export function store(id: string, patch: Partial<StoreSummary> = {}): StoreSummary {
  return {
    id: id as StoreId,
    rev: 1,
    name: id,
    kind: 'folder',
    mode: 'two-way',
    content_mode: 'full',
    location: `/srv/${id}`,
    state: 'idle',
    asset_count: 8412,
    total_bytes: 31_000_000_000,
    differ_count: 0,
    failed_count: 0,
    verified_at: ago(14),
    converged_at: ago(14),
    last_operation_id: null,
    last_error: null,
    schedule: null,
    next_run_at: null,
    conflict_policy: 'keep-both',
    delete_limit: null,
    prefixes: [],
    sentinel: null,
    created_at: ago(90_000),
    updated_at: ago(14),
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
    sample_size: 40,
    window_seconds: 900,
    since: ago(3600),
    evaluated_at: ago(5),
    ...patch,
  }
}

const errorRate = (severity: 'warning' | 'critical', failed: number): HealthReason => ({
  code: 'error_rate',
  severity,
  message: `${failed} of 40 operations failed in the last 15 min (${(failed / 0.4).toFixed(1)} %, allowed ${severity === 'critical' ? 10 : 5} %).`,
  value: failed / 40,
  threshold: severity === 'critical' ? 0.1 : 0.05,
  since: ago(420),
  action: 'Look at the failed operations.',
})

const databaseAway: HealthReason = {
  code: 'database_unavailable',
  severity: 'critical',
  message: 'The database cannot be reached.',
  value: 1,
  threshold: 1,
  since: ago(38),
  action: 'Check that Postgres is running and reachable.',
}

const metrics: MetricsReport = {
  totalOperations: 214,
  successRate: 0.972,
  avgDuration: 4_200,
  peakConcurrency: 4,
  errorRate: 0.028,
  p50Duration: 2_900,
  p95Duration: 19_400,
  itemsPerSecond: 38,
  bytesPerSecond: 9_400_000,
  window_seconds: 86_400,
  by_type: {},
  by_store: {},
}

interface Content {
  rows?: OperationRow[]
  connection?: Partial<ConnectionState>
  patch?: Partial<SyncStatusState>
}

/** A state that is connected and loaded, with these rows, and the rest as patched. */
export function fixture({ rows = [], connection = {}, patch = {} }: Content = {}): SyncStatusState {
  const counts: OperationCounts = { pending: 0, in_progress: 0, completed: 0, failed: 0, cancelled: 0 }
  for (const row of rows) counts[row.status] += 1
  const stores = [store('photos'), store('Cloudinary', { kind: 'cloudinary', location: 'demo-cloud' })]
  const frame = {
    type: 'snapshot' as const,
    topic: 'operations' as const,
    cursor: '1',
    operations: rows,
    health: health(),
    counts,
    stores,
  }
  const loaded = reduce(initialSyncStatusState(), { type: 'frames', frames: [frame], at: at(NOW) })
  const connected = { status: 'connected', isInitial: false, latency: 12.4, role: 'admin', lastPing: at(NOW) } as const
  return { ...loaded, metrics, connection: { ...loaded.connection, ...connected, ...connection }, ...patch }
}

const running = [
  operation('sync-1'),
  operation('upload-1', {
    operation_type: 'upload',
    progress: null,
    total_items: null,
    processed_items: 17,
    store_id: null,
    message: 'Uploading a very long name that does not fit into any row of any list, ever.jpg',
    estimated_completion: null,
    performance_metrics: {},
    created_at: ago(30),
  }),
  operation('delete-1', {
    operation_type: 'delete',
    status: 'pending',
    progress: 0,
    total_items: 6,
    processed_items: 0,
    start_time: null,
    message: null,
    phase: null,
    estimated_completion: null,
    performance_metrics: {},
    created_at: ago(10),
  }),
]
const failed = operation('failed-1', {
  status: 'failed',
  progress: 12,
  end_time: ago(300),
  created_at: ago(400),
  updated_at: ago(300),
  message: null,
  error_details: { code: 'store_unavailable', message: 'The folder /srv/photos is not there. Is it mounted?' },
})
const lost = { isLost: true, latency: 0 } as const

/** One state of each kind that every component has to show well. */
export const FIXTURES = {
  loading: initialSyncStatusState(),
  idle: fixture({ patch: { stores: [], metrics: { ...metrics, totalOperations: 0 } } }),
  'in sync': fixture(),
  running: fixture({ rows: running }),
  'running, total known': fixture({ rows: [operation('sync-1', { progress: 64, processed_items: 640 })] }),
  stalled: fixture({
    rows: [operation('sync-1', { performance_metrics: { items_per_second: 0, stalled_since: ago(40) } })],
  }),
  differs: fixture({ patch: { stores: [store('photos'), store('Cloudinary', { differ_count: 3 })] } }),
  'needs you': fixture({ rows: [failed] }),
  warning: fixture({ patch: { health: health({ status: 'warning', reasons: [errorRate('warning', 3)] }) } }),
  critical: fixture({
    rows: [failed, ...running],
    patch: {
      health: health({
        status: 'critical',
        performance_score: 41,
        error_rate: 0.15,
        reasons: [errorRate('critical', 6)],
      }),
    },
  }),
  'database away': fixture({
    rows: running,
    patch: {
      health: health({ status: 'critical', performance_score: 0, reasons: [databaseAway], evaluated_at: at(NOW) }),
      lastUpdate: ago(40),
    },
  }),
  reconnecting: fixture({
    rows: running,
    connection: { ...lost, status: 'reconnecting', reconnectAttempts: 2, nextAttemptAt: NOW + 4_000 },
  }),
  disconnected: fixture({
    rows: running,
    connection: {
      ...lost,
      status: 'disconnected',
      reconnectAttempts: 7,
      error: { code: 'server_unreachable', message: 'The server does not answer.' },
    },
  }),
  unauthorised: fixture({
    connection: {
      ...lost,
      status: 'error',
      error: { code: 'unauthorized', message: 'The token is not valid.' },
    },
  }),
} as const satisfies Record<string, SyncStatusState>

export type FixtureName = keyof typeof FIXTURES
export const FIXTURE_NAMES = Object.keys(FIXTURES) as FixtureName[]
