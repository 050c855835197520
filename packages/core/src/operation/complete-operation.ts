import type { EndedStatus } from './operation-status.ts'

/** How an operation ends. */
export interface CompleteOperation {
  status: EndedStatus
  error_details?: Record<string, unknown>
  message?: string
  /** The most pieces of work that were under way at once, for `performance_metrics`. */
  peak_concurrency?: number
}
