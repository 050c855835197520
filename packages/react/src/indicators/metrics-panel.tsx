'use client'
import type { SyncStatusState } from '@syncwatch/client'
import type { ReactNode } from 'react'
import { useSyncState } from '../hooks/use-sync-state.ts'
import { useSyncStatusContext } from '../hooks/use-sync-status-context.ts'

const metricsOf = (state: SyncStatusState) => state.metrics

/** How finished operations went: how many, how long, how many at once, how many failed. */
export function MetricsPanel(): ReactNode {
  const { strings } = useSyncStatusContext()
  const metrics = useSyncState(metricsOf)
  if (!metrics) return null
  const figures = [
    [strings.total, strings.words.number(metrics.totalOperations)],
    [strings.errorRate, `${(metrics.errorRate * 100).toFixed(1)} %`],
    [strings.averageDuration, strings.words.span(metrics.avgDuration)],
    [strings.peakConcurrency, strings.words.number(metrics.peakConcurrency)],
  ]
  return (
    <div className="sw-panel sw-panel--wide">
      <h3 className="sw-panel__title">{strings.metrics}</h3>
      <dl className="sw-figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
