import type { ProgressFields } from '@syncwatch/core'

/** Accepted values over a row that may have moved on meanwhile: nothing goes back. The same as in `flushProgress`. */
export function mergeProgress(row: ProgressFields, values: ProgressFields): ProgressFields {
  return {
    progress: greatest(row.progress, values.progress),
    total_items: values.total_items ?? row.total_items,
    processed_items: Math.max(row.processed_items, values.processed_items),
    failed_items: Math.max(row.failed_items, values.failed_items),
    total_bytes: values.total_bytes ?? row.total_bytes,
    processed_bytes: Math.max(row.processed_bytes, values.processed_bytes),
    phase: values.phase ?? row.phase,
    message: values.message ?? row.message,
  }
}

function greatest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b
  return Math.max(a, b)
}
