import type { OperationId, OperationStatus } from '@syncwatch/core'

export interface WatchedClaim {
  id: OperationId
  attempt: number
  status: OperationStatus
  cancel_requested_at: string | null
}

/** How the operations that this node works on ($1) stand: a few rows by primary key. */
export const watchClaims = (schema: string) => `
  SELECT id, attempt, status, cancel_requested_at FROM ${schema}.sync_operations WHERE id = ANY ($1::uuid[])`
