import { operationColumns } from './operation-columns.ts'

/** Operations by id ($1: uuid[]) or by their caller's own key ($2: text[]). */
export const readOperations = (schema: string) => `
  SELECT ${operationColumns('o')} FROM ${schema}.sync_operations o
  WHERE o.id = ANY ($1::uuid[])
  UNION ALL
  SELECT ${operationColumns('o')} FROM ${schema}.sync_operations o
  WHERE o.operation_key = ANY ($2::text[]) AND NOT o.id = ANY ($1::uuid[])`
