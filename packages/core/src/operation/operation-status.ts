/** The states of an operation. The last three are final. */
export const OPERATION_STATUSES = ['pending', 'in_progress', 'completed', 'failed', 'cancelled'] as const
export type OperationStatus = (typeof OPERATION_STATUSES)[number]

export const ENDED_STATUSES = ['completed', 'failed', 'cancelled'] as const
export type EndedStatus = (typeof ENDED_STATUSES)[number]

/** True for a state that nothing leaves again. */
export function isEnded(status: OperationStatus): status is EndedStatus {
  return status === 'completed' || status === 'failed' || status === 'cancelled'
}
