import { byteWords, type OperationRow } from '@syncwatch/core'
import type { ReactNode } from 'react'
import { Card } from '../ui/card.tsx'
import { durationWords } from '../ui/duration.ts'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Section } from '../ui/section.tsx'

/** The figures of an operation. */
export function OperationFacts({ row }: { row: OperationRow }): ReactNode {
  const facts: [string, ReactNode][] = [
    ['Items', figure(row.processed_items, row.total_items, (value) => value.toLocaleString())],
    ['Failed', row.failed_items.toLocaleString()],
    ['Bytes', figure(row.processed_bytes, row.total_bytes, byteWords)],
    ['Began', row.start_time ? <RelativeTime key="began" iso={row.start_time} /> : 'not yet'],
    ['Duration', duration(row)],
    ['Rate', rate(row)],
    ['By', `${row.triggered_by ?? 'nobody named'} (${row.source})`],
    ['Attempt', String(row.attempt)],
    [
      'Id',
      <code key="id" className="text-xs">
        {row.operation_key ?? row.id}
      </code>,
    ],
  ]
  return (
    <Section title="Facts">
      <Card className="px-4 py-2">
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5">
          {facts
            .filter(([, value]) => value !== null)
            .map(([name, value]) => (
              <div key={name} className="contents">
                <dt className="text-muted">{name}</dt>
                <dd className="text-right [overflow-wrap:anywhere]">{value}</dd>
              </div>
            ))}
        </dl>
      </Card>
    </Section>
  )
}

function figure(processed: number, total: number | null, words: (value: number) => string): string | null {
  if (processed === 0 && total === null) return null
  return total === null ? words(processed) : `${words(processed)} of ${words(total)}`
}

function duration(row: OperationRow): string | null {
  return row.start_time && row.end_time ? durationWords(Date.parse(row.end_time) - Date.parse(row.start_time)) : null
}

function rate(row: OperationRow): string | null {
  const { items_per_second: items, bytes_per_second: bytes } = row.performance_metrics
  if (typeof items !== 'number' || items === 0) return null
  const perSecond = `${items < 10 ? items.toFixed(1) : Math.round(items).toLocaleString('en-US')} items/s`
  return typeof bytes === 'number' && bytes > 0 ? `${perSecond}, ${byteWords(bytes)}/s` : perSecond
}
