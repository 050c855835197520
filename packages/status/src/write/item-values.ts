import type { ItemReport, OperationId } from '@syncwatch/core'
import { plainArray, textArray } from '@syncwatch/database'

/** One report with where it belongs. `attempt` is the fence, null outside of a claim. */
export interface ItemValues {
  readonly operation_id: OperationId
  readonly attempt: number | null
  readonly report: ItemReport
}

/** The parameters of `upsertItems`. No key of one operation may come twice. `also` is locked even when it has no items. */
export function itemParameters(items: readonly ItemValues[], ...also: OperationId[]): string[] {
  const reports = items.map(({ report }) => report)
  return [
    plainArray(items.map(({ operation_id }) => operation_id)),
    textArray(reports.map(({ item_key }) => item_key)),
    plainArray(reports.map(({ action }) => action)),
    plainArray(reports.map(({ state }) => state)),
    plainArray(reports.map(({ bytes }) => bytes ?? null)),
    textArray(reports.map(({ error_code }) => error_code ?? null)),
    textArray(reports.map(({ error_message }) => error_message ?? null)),
    plainArray(reports.map(({ duration_ms }) => duration_ms ?? null)),
    plainArray(items.map(({ attempt }) => attempt)),
    plainArray([...new Set([...also, ...items.map(({ operation_id }) => operation_id)])]),
  ]
}

/** The last report of each key. */
export function latestByKey(reports: readonly ItemReport[]): ItemReport[] {
  return [...new Map(reports.map((report) => [report.item_key, report])).values()]
}
