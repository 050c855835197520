import { operationColumns, type StoredOperation } from './operation-columns.ts'

/** `database_now` is the time that leases are compared with. */
export type LockedOperation = StoredOperation & { database_now: string }

/**
 * Who else may hold the row at the same time: `NO KEY UPDATE` lets items and events go on referring to it, `UPDATE` (for a
 * new attempt) also waits for transactions that write items under the old one.
 */
export type OperationLock = 'NO KEY UPDATE' | 'UPDATE'

/** One operation ($1), locked. */
export const lockOperation = (schema: string, lock: OperationLock) => `
  SELECT ${operationColumns('o')}, now() AS database_now FROM ${schema}.sync_operations o
  WHERE o.id = $1 FOR ${lock}`
