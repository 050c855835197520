import type { LiveRow, OperationFilter } from '@syncwatch/core'

/** A test for rows of `operations`; null when there is nothing to test. */
export type RowTest = (row: LiveRow) => boolean

const LISTS = ['operation_type', 'status', 'store_id', 'id'] as const

/** Compiles a filter: within a list any, between the lists all. An empty list lets nothing through. */
export function compileFilter(filter: OperationFilter | undefined): RowTest | null {
  const tests = LISTS.flatMap((column) => {
    const list = filter?.[column]
    return list ? [{ column, allowed: new Set<unknown>(list.map((value) => value.toLowerCase())) }] : []
  })
  if (tests.length === 0) return null
  return (row) => tests.every(({ column, allowed }) => allowed.has(row[column]))
}

/** A name that is the same for filters that mean the same, so that their sessions share frames. */
export function filterKey(filter: OperationFilter | undefined): string {
  const parts = LISTS.map((column) => {
    const list = filter?.[column]
    return list ? [...new Set(list.map((value) => value.toLowerCase()))].sort() : null
  })
  return parts.every((part) => part === null) ? '' : JSON.stringify(parts)
}
