import type { OperationRow } from '@syncwatch/core'
import { table } from './table.ts'
import { agoText, progressCounts } from './words.ts'

/** Operations as a table. `now` is epoch milliseconds. */
export function operationTable(rows: readonly OperationRow[], now: number): string {
  return table<OperationRow>(
    [
      { title: 'ID', text: (row) => row.id },
      { title: 'TYPE', text: (row) => row.operation_type },
      { title: 'STATUS', text: (row) => row.status },
      {
        title: 'PROGRESS',
        align: 'right',
        text: (row) => (row.progress === null ? '–' : `${Math.round(row.progress)} %`),
      },
      { title: 'ITEMS', align: 'right', text: progressCounts },
      { title: 'FAILED', align: 'right', text: (row) => String(row.failed_items) },
      { title: 'STARTED', text: (row) => agoText(row.start_time ?? row.created_at, now) },
      { title: 'BY', text: (row) => row.triggered_by ?? '' },
    ],
    rows,
  )
}
