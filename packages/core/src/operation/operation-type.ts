/** What an operation does. */
export const OPERATION_TYPES = ['upload', 'delete', 'update', 'full_sync', 'webhook'] as const
export type OperationType = (typeof OPERATION_TYPES)[number]

/** Who or what asked for it. */
export const OPERATION_SOURCES = ['manual', 'webhook', 'api', 'scheduled'] as const
export type OperationSource = (typeof OPERATION_SOURCES)[number]
