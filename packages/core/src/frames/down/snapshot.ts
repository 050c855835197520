import type { Cursor } from '../../cursor.ts'
import type { HealthReport } from '../../health/health-report.ts'
import type { OperationRow } from '../../operation/operation-row.ts'
import type { OperationStatus } from '../../operation/operation-status.ts'
import type { StoreSummary } from '../../store/store-summary.ts'
import type { LiveRow } from '../live-row.ts'
import type { Topic } from '../topic.ts'

/** True numbers beside a list that is cut: how many operations are in each state. */
export type OperationCounts = Record<OperationStatus, number>

/** The whole of `operations`: open ones up to 500 and the last 200 ended, with the true counts. */
export interface OperationsSnapshot {
  type: 'snapshot'
  topic: 'operations'
  cursor: Cursor
  operations: OperationRow[]
  health: HealthReport | null
  counts: OperationCounts
  stores: StoreSummary[]
}

/** The whole of any other topic. */
export interface RowsSnapshot {
  type: 'snapshot'
  topic: Exclude<Topic, 'operations'>
  cursor: Cursor
  rows: LiveRow[]
}

export type Snapshot = OperationsSnapshot | RowsSnapshot
