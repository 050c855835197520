import { OPERATION_FIELDS, type OperationRow } from '@syncwatch/core'

/** A row and the transaction that wrote it last. */
export interface Changed<Row> {
  readonly row: Row
  readonly changed: bigint
}

/** What a query with `operationColumns` gives. */
export type StoredOperation = OperationRow & { changed_xid: string }

/** Every column of `OperationRow` and `changed_xid`. */
export function operationColumns(alias: string): string {
  return [...OPERATION_FIELDS, 'changed_xid'].map((name) => `${alias}.${name}`).join(', ')
}

/** Parts what everybody sees from the transaction id. */
export function toChanged<Row extends object>(stored: Row & { changed_xid: string }): Changed<Row> {
  const { changed_xid, ...row } = stored
  return { row: row as unknown as Row, changed: BigInt(changed_xid) }
}
