import type {
  EndedStatus,
  HealthReasonCode,
  HealthReport,
  ItemState,
  MetricsReport,
  OperationSource,
  OperationStatus,
  OperationType,
  StoreId,
} from '@syncwatch/core'

/** One page of a list. Give `next_cursor` back as `cursor` for the next one; null at the end. */
export interface Page<Row> {
  items: Row[]
  next_cursor: string | null
}

export interface PageQuery {
  limit?: number
  cursor?: string
}

export interface OperationsQuery extends PageQuery {
  status?: readonly OperationStatus[]
  type?: readonly OperationType[]
  store_id?: StoreId
}

export interface ItemsQuery extends PageQuery {
  state?: readonly ItemState[]
  /** Only those with a reason or remark. */
  remarked?: true
}

export interface CreateOperationInput {
  operation_type: OperationType
  operation_key?: string
  total_items?: number
  total_bytes?: number
  triggered_by?: string
  source?: OperationSource
  store_id?: StoreId
  operation_data?: Record<string, unknown>
  message?: string
}

export interface ProgressInput {
  progress?: number
  processed_items?: number
  failed_items?: number
  total_items?: number
  processed_bytes?: number
  total_bytes?: number
  phase?: string
  message?: string
}

export interface CompleteInput {
  status: EndedStatus
  error_details?: Record<string, unknown>
  message?: string
}

/** Why a reason of the health is accepted (at most 1,000 characters), and until when: an ISO time at most 30 days ahead. */
export interface AcknowledgeHealthInput {
  code: HealthReasonCode
  note: string
  until: string
}

export type SnapshotType = 'hourly' | 'daily' | 'manual' | 'error'

/** A row of `sync_status_snapshots`: health and metrics as they were, for charts. */
export interface SnapshotRow {
  id: string
  snapshot_type: SnapshotType
  health: HealthReport
  metrics: MetricsReport
  active_operations: number
  connected_clients: number
  created_at: string
}

export interface SnapshotsQuery extends PageQuery {
  type?: SnapshotType
}

/** What every call takes besides its input. `idempotencyKey` makes a POST safe to repeat. */
export interface CallOptions {
  // biome-ignore lint/suspicious/noExplicitAny: every host has its own AbortSignal type, and all of them fit
  signal?: any
  idempotencyKey?: string
}
