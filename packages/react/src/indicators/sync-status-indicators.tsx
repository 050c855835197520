'use client'
import type { ReactNode } from 'react'
import { classNames } from '../format/class-names.ts'
import { useConnection } from '../hooks/use-connection.ts'
import { useIsLive } from '../hooks/use-is-live.ts'
import { usePresence } from '../hooks/use-presence.ts'
import { useSyncStatusContext } from '../hooks/use-sync-status-context.ts'
import { useVerdict } from '../hooks/use-verdict.ts'
import { AsOf } from './as-of.tsx'
import { ConnectionLine } from './connection-line.tsx'
import { FailuresPanel } from './failures-panel.tsx'
import { HealthPanel } from './health-panel.tsx'
import { LiveRegion } from './live-region.tsx'
import { MetricsPanel } from './metrics-panel.tsx'
import { OperationsPanel } from './operations-panel.tsx'
import { StoresPanel } from './stores-panel.tsx'

export interface SyncStatusIndicatorsProps {
  /** With failures, metrics and stores; without, connection, health and running operations alone. */
  showDetails?: boolean
  className?: string
}

/** The status dashboard: verdict, connection, health with reasons, running operations, and with details the rest. */
export function SyncStatusIndicators({ showDetails = false, className }: SyncStatusIndicatorsProps): ReactNode {
  const { strings } = useSyncStatusContext()
  const verdict = useVerdict()
  const { status } = useConnection()
  const isLive = useIsLive()
  usePresence('dashboard')
  return (
    <section
      className={classNames('sw sw-dashboard', className)}
      aria-label={strings.region}
      data-syncwatch="indicators"
      data-kind={verdict.kind}
      data-connection={status}
      data-live={isLive}
    >
      <div className="sw-panel sw-panel--wide sw-panel--verdict">
        <p className="sw-verdict">{verdict.sentence}</p>
        <AsOf />
      </div>
      <div className="sw-panel">
        <h2 className="sw-panel__title">{strings.connection}</h2>
        <ConnectionLine />
      </div>
      <HealthPanel />
      <OperationsPanel hasActions={showDetails} />
      {showDetails && <FailuresPanel />}
      {showDetails && <StoresPanel />}
      {showDetails && <MetricsPanel />}
      <LiveRegion kind={verdict.kind} sentence={verdict.sentence} />
    </section>
  )
}
