import type { EndedStatus } from './operation-status.ts'

/** How an operation ends. */
export interface CompleteOperation {
  status: EndedStatus
  error_details?: Record<string, unknown>
  message?: string
}
