import type { OperationRow } from '@syncwatch/core'
import { plain } from './table.ts'
import { countText, progressCounts, spanText } from './words.ts'

/** A running operation in one line: `full_sync  64 %  412/1,000  importing`. */
export function runningLine(row: OperationRow): string {
  const percent = row.progress === null ? '' : `${Math.floor(row.progress)} %`
  const failed = row.failed_items > 0 ? `${countText(row.failed_items)} failed` : ''
  const counts = row.total_items === null && row.processed_items === 0 ? '' : progressCounts(row)
  const parts = [row.operation_type, percent, counts, failed, plain(row.message ?? row.phase ?? row.status)]
  return parts.filter((part) => part !== '').join('  ')
}

/** How an operation ended, as a sentence. */
export function endedSentence(row: OperationRow): string {
  const took =
    row.start_time && row.end_time ? ` in ${spanText(Date.parse(row.end_time) - Date.parse(row.start_time))}` : ''
  const failed = row.failed_items > 0 ? `, ${countText(row.failed_items)} failed` : ''
  const why = row.status === 'completed' ? '' : reasonOf(row)
  return `${plain(`${VERBS[row.status]}${took}: ${progressCounts(row)} items${failed}${why}`)}.`
}

const VERBS = {
  pending: 'Waiting',
  in_progress: 'Running',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
}

function reasonOf(row: OperationRow): string {
  const told = row.error_details?.message ?? row.message
  return typeof told === 'string' && told !== '' ? ` (${told.replace(/\.$/, '')})` : ''
}
