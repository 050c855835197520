import { SyncwatchError } from '../errors.ts'
import type { OperationRow } from './operation-row.ts'
import type { ProgressPatch } from './progress-patch.ts'

/** The columns that a caller's progress moves. */
export type ProgressFields = Pick<
  OperationRow,
  | 'progress'
  | 'total_items'
  | 'processed_items'
  | 'failed_items'
  | 'total_bytes'
  | 'processed_bytes'
  | 'phase'
  | 'message'
>

/** The phase of an operation whose caller reported 100 % and that has not been completed yet. */
export const FINISHING_PHASE = 'finishing'

/** The highest percent of an operation that is not completed. */
export const OPEN_PROGRESS_LIMIT = 99

/**
 * The progress fields after a patch. The rules, which the SQL functions share (`PROGRESS_CASES` holds both to them):
 *
 * 1. Percent, processed and failed counts, and processed bytes never go back within an attempt: the greater value stays.
 * 2. An explicit percent wins over counts. It is cut to whole percent. 100 is kept as 99 with the phase `finishing`, whatever
 *    phase the patch names.
 * 3. Without one, a patch that names a count gives `floor(100 × processed / total)`, at most 99: of items where their total
 *    is known and above 0, else of bytes where theirs is, else the percent stays as it was (null: indeterminate).
 * 4. Totals may go up and down, but more items than the total are refused, processed or failed, so raise the total in the
 *    same call. A total of bytes is an estimate (a file can grow while it is read) and rises with the processed bytes.
 *
 * Throws `invalid_progress` for what is not a number, below 0, above 100 percent, not a whole count, or above 2^53 - 1.
 */
export function applyProgress(before: ProgressFields, patch: ProgressPatch): ProgressFields {
  checkProgress(patch)
  const processed_items = Math.max(before.processed_items, patch.processed_items ?? 0)
  const failed_items = Math.max(before.failed_items, patch.failed_items ?? 0)
  const total_items = patch.total_items ?? before.total_items
  checkTotal('processed_items', processed_items, total_items)
  checkTotal('failed_items', failed_items, total_items)
  const processed_bytes = Math.max(before.processed_bytes, patch.processed_bytes ?? 0)
  const wanted_bytes = patch.total_bytes ?? before.total_bytes
  const total_bytes = wanted_bytes === null ? null : Math.max(wanted_bytes, processed_bytes)
  const counts = { processed_items, failed_items, total_items, processed_bytes, total_bytes }
  const percent = patch.progress ?? (namesCount(patch) ? percentOfCounts(counts) : null)
  return {
    ...counts,
    progress: later(before.progress, percent),
    phase: patch.progress === 100 ? FINISHING_PHASE : (patch.phase ?? before.phase),
    message: patch.message ?? before.message,
  }
}

/** The percent that counts alone give, null when no total is known (or it is 0). At most 99. */
export function percentOfCounts(
  counts: Pick<ProgressFields, 'processed_items' | 'total_items' | 'processed_bytes' | 'total_bytes'>,
): number | null {
  if (counts.total_items) return percentOf(counts.processed_items, counts.total_items)
  if (counts.total_bytes) return percentOf(counts.processed_bytes, counts.total_bytes)
  return null
}

// Exact up to 2^53 - 1, where 100 × processed is not a safe integer any more.
function percentOf(processed: number, total: number): number {
  return Math.min(OPEN_PROGRESS_LIMIT, Number((100n * BigInt(processed)) / BigInt(total)))
}

function later(before: number | null, percent: number | null): number | null {
  if (percent === null) return before
  return Math.max(before ?? 0, Math.min(OPEN_PROGRESS_LIMIT, Math.floor(percent)))
}

const COUNTS = ['processed_items', 'failed_items', 'total_items', 'processed_bytes', 'total_bytes'] as const

function namesCount(patch: ProgressPatch): boolean {
  return COUNTS.some((name) => name !== 'failed_items' && patch[name] !== undefined)
}

/** Checks the numbers of a patch by themselves, before the row is known. Throws `invalid_progress`. */
export function checkProgress(patch: ProgressPatch): void {
  const { progress } = patch
  if (progress !== undefined && !(progress >= 0 && progress <= 100))
    refuse('progress', progress, `progress is a percent from 0 to 100, not ${progress}.`)
  for (const name of COUNTS) {
    const value = patch[name]
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0))
      refuse(name, value, `${name} is a whole number from 0 to 2^53 - 1, not ${value}.`)
  }
}

function checkTotal(name: 'processed_items' | 'failed_items', value: number, total: number | null): void {
  if (total !== null && value > total)
    refuse(name, value, `${name} (${value}) is more than total_items (${total}). Raise total_items in the same call.`)
}

function refuse(field: string, value: number, message: string): never {
  throw new SyncwatchError('invalid_progress', message, { details: { field, value: String(value) } })
}
