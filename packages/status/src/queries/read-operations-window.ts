import { operationColumns } from './operation-columns.ts'

/** The newest open operations ($1) and the last ended ones ($2). */
export const readOperationsWindow = (schema: string) => `
  (SELECT ${operationColumns('o')} FROM ${schema}.sync_operations o
   WHERE o.status IN ('pending', 'in_progress') ORDER BY o.id DESC LIMIT $1)
  UNION ALL
  (SELECT ${operationColumns('o')} FROM ${schema}.sync_operations o
   WHERE o.ended_xid IS NOT NULL ORDER BY o.ended_xid DESC LIMIT $2)`
