'use client'
import type { HealthReport, HealthStatus } from '@syncwatch/core'
import type { ReactNode } from 'react'
import { classNames } from '../format/class-names.ts'
import { useHealth } from '../hooks/use-health.ts'
import { useStrings } from '../hooks/use-strings.ts'
import { ReasonList } from './reason-list.tsx'

/** The health in a word, its score, and its reasons with their numbers. */
export function HealthPanel(): ReactNode {
  const strings = useStrings()
  const health = useHealth()
  const status = health === null || isUnproved(health) ? 'unknown' : health.status
  return (
    <div className="sw-panel" data-health={status}>
      <h2 className="sw-panel__title">{strings.health}</h2>
      <p className={classNames('sw-headline', tones[status])}>
        <svg className="sw-dot" viewBox="0 0 10 10" aria-hidden="true" focusable="false">
          {status === 'healthy' && <circle cx="5" cy="5" r="5" fill="currentColor" />}
          {status === 'warning' && <path d="M5 0 10 9.5H0Z" fill="currentColor" />}
          {status === 'critical' && <path d="M5 0 10 5 5 10 0 5Z" fill="currentColor" />}
          {status === 'unknown' && <path d="M0 4h10v2H0Z" fill="currentColor" />}
        </svg>
        {strings.healthStatuses[status] ?? strings.healthUnknown}
      </p>
      <small>{health && status !== 'unknown' && strings.score(health.performance_score)}</small>
      {health && <ReasonList reasons={health.reasons} />}
    </div>
  )
}

const tones: Record<HealthStatus | 'unknown', string> = {
  healthy: 'sw-tone-good',
  warning: 'sw-tone-warn',
  critical: 'sw-tone-bad',
  unknown: 'sw-tone-quiet',
}

/** Healthy because nothing has finished yet is no praise. */
const isUnproved = ({ status, sample_size }: HealthReport): boolean => status === 'healthy' && sample_size === 0
