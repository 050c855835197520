import { operationColumns } from './operation-columns.ts'

/** Operations changed at or after a cursor ($1). Open ones are scanned (no index may hold what progress changes), ended ones found. */
export const readOperationChanges = (schema: string) => `
  SELECT ${operationColumns('o')} FROM ${schema}.sync_operations o
  WHERE o.status IN ('pending', 'in_progress') AND o.changed_xid >= $1::xid8
  UNION ALL
  SELECT ${operationColumns('o')} FROM ${schema}.sync_operations o WHERE o.ended_xid >= $1::xid8`
