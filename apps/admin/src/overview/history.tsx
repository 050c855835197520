import { useFigureTime } from '@syncwatch/react/parts'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { LineChart } from '../charts/line-chart.tsx'
import { nearest, seriesOf } from '../charts/series.ts'
import { SeriesTable } from '../charts/series-table.tsx'
import { useSnapshots } from '../charts/use-snapshots.ts'
import { Card } from '../ui/card.tsx'
import { durationWords } from '../ui/duration.ts'
import { Section } from '../ui/section.tsx'
import { HISTORY_WINDOWS, type HistoryWindow, type OverviewSearch } from './history-window.ts'

const route = getRouteApi('/')
const HOUR_MS = 60 * 60 * 1000
const names: Record<HistoryWindow, string> = { 24: '24 hours', 168: '7 days' }

/** Error rate with its two limits, throughput and duration: small charts that share one cursor, a table behind them. */
export function History({ className }: { className?: string }): ReactNode {
  const hours = route.useSearch().hours ?? 24
  const { snapshots, problem } = useSnapshots()
  const now = useFigureTime()
  const [cursor, setCursor] = useState<number | null>(null)
  const to = now ?? 0
  const from = to - hours * HOUR_MS
  const series = seriesOf(
    (snapshots ?? []).filter((row) => Date.parse(row.created_at) >= from),
    durationWords,
  )
  const count = series[0]?.points.length ?? 0
  const timeWords = (at: number) => momentWords(at, hours)
  return (
    <Section title={`Last ${names[hours]}`} aside={<Windows hours={hours} />} className={className} foldsOnPhone>
      <Card>
        {count < 2 ? (
          <p className="px-4 py-4 text-muted">{problem ?? (snapshots ? TOO_FEW : 'Loading …')}</p>
        ) : (
          <>
            <div className="grid divide-line max-lg:divide-y lg:grid-cols-3 lg:divide-x">
              {series.map((one) => (
                <LineChart
                  key={one.name}
                  series={one}
                  from={from}
                  to={to}
                  cursor={cursor}
                  onCursor={setCursor}
                  indexAt={(at) => nearest(one.points, at)}
                  timeWords={timeWords}
                />
              ))}
            </div>
            <SeriesTable series={series} timeWords={timeWords} />
          </>
        )}
      </Card>
    </Section>
  )
}

const TOO_FEW = 'Error rate, throughput and duration appear here with the second hourly snapshot.'

function Windows({ hours }: { hours: HistoryWindow }): ReactNode {
  return (
    <nav aria-label="How far back" className="flex gap-1">
      {HISTORY_WINDOWS.map((window) => (
        <Link
          key={window}
          from="/"
          to="/"
          search={({ needs }: OverviewSearch) => ({ ...(needs && { needs }), ...(window !== 24 && { hours: window }) })}
          resetScroll={false}
          data-chosen={window === hours}
          className="rounded-md px-2 py-0.5 text-muted hover:text-text data-[chosen=true]:bg-raised data-[chosen=true]:text-text"
        >
          {names[window]}
        </Link>
      ))}
    </nav>
  )
}

function momentWords(at: number, hours: HistoryWindow): string {
  const date = new Date(at)
  const time = [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':')
  return hours === 24 ? time : `${date.toLocaleDateString('en-US', { weekday: 'short' })} ${time}`
}
