import { percentOf } from '@syncwatch/client'
import type { OperationRow } from '@syncwatch/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { durationWords } from '../ui/duration.ts'
import { RelativeTime } from '../ui/relative-time.tsx'
import { OperationTitle } from './operation-title.tsx'
import { StatusMark } from './status-mark.tsx'

/** One operation in a list: its result, what it was, items, duration, age, and who began it. */
export function OperationLine({ row }: { row: OperationRow }): ReactNode {
  return (
    <div className="@container">
      <Link
        to="/operations/$operationId"
        params={{ operationId: row.id }}
        // By the width of its list and not of the window: some lists are half a page.
        className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 px-4 py-2.5 hover:bg-raised @2xl:grid-cols-[minmax(0,2.2fr)_minmax(0,1.6fr)_minmax(0,1fr)_minmax(0,0.8fr)_minmax(0,1.4fr)]"
        data-operation={row.id}
        data-status={row.status}
      >
        <span className="truncate font-medium">
          <OperationTitle row={row} />
        </span>
        <span className="justify-self-end @2xl:justify-self-start">
          <StatusMark status={row.status} failedItems={row.failed_items} />
        </span>
        <span className="text-muted">{counts(row)}</span>
        <span className="hidden text-muted @2xl:block">{duration(row)}</span>
        <span className="truncate text-right text-muted">
          <RelativeTime iso={row.end_time ?? row.start_time ?? row.created_at} />
          <span className="hidden @md:inline"> · {row.triggered_by ?? row.source}</span>
        </span>
      </Link>
    </div>
  )
}

function counts(row: OperationRow): string {
  const items =
    row.total_items === null
      ? row.processed_items.toLocaleString()
      : `${row.processed_items.toLocaleString()}/${row.total_items.toLocaleString()}`
  const percent = row.status === 'in_progress' ? percentOf(row) : null
  return percent === null ? `${items} items` : `${items} · ${Math.floor(percent)} %`
}

function duration(row: OperationRow): string {
  if (!row.start_time || !row.end_time) return ''
  return durationWords(Date.parse(row.end_time) - Date.parse(row.start_time))
}
