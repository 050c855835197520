'use client'
import type { SyncStatusState } from '@syncwatch/client'
import type { MetricsReport } from '@syncwatch/core'
import type { ReactNode } from 'react'
import { rateFigure } from '../format/operation-words.ts'
import { useFreshMetrics } from '../hooks/use-fresh-metrics.ts'
import { useStrings } from '../hooks/use-strings.ts'
import { useSyncState } from '../hooks/use-sync-state.ts'
import type { SyncStatusStrings } from '../strings.ts'

/** The server sends more than the seed's five figures; another source may not. */
const metricsOf = (state: SyncStatusState) =>
  state.metrics as (SyncStatusState['metrics'] & Partial<MetricsReport>) | null

/** How finished operations went: how many, how long, how fast, how many at once, how many failed. */
export function MetricsPanel(): ReactNode {
  const strings = useStrings()
  const metrics = useSyncState(metricsOf)
  useFreshMetrics()
  return (
    <div className="sw-panel sw-panel--wide">
      <h2 className="sw-panel__title">{strings.metrics}</h2>
      <dl className="sw-figures">
        {figuresOf(metrics, strings).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

/** Rates and durations of nothing are no figures: with no finished operation they are left open. */
function figuresOf(metrics: ReturnType<typeof metricsOf>, strings: SyncStatusStrings): [string, string][] {
  const { number, span } = strings.words
  const measured = metrics && metrics.totalOperations > 0 ? metrics : null
  const time = (value: number | null | undefined) =>
    value === null || value === undefined ? strings.none : value < 1000 ? `${Math.round(value)} ms` : span(value)
  return [
    [strings.total, metrics ? number(metrics.totalOperations) : strings.none],
    [strings.errorRate, measured ? `${(measured.errorRate * 100).toFixed(1)} %` : strings.none],
    [strings.throughput, perSecond(measured?.itemsPerSecond, strings)],
    [strings.averageDuration, time(measured?.avgDuration)],
    [strings.slowDuration, time(measured?.p95Duration)],
    [strings.peakConcurrency, measured ? number(measured.peakConcurrency) : strings.none],
  ]
}

function perSecond(rate: number | undefined, strings: SyncStatusStrings): string {
  return rate === undefined ? strings.none : strings.perSecond(rateFigure(rate, strings))
}
