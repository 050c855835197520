'use client'
import type { ReactNode } from 'react'
import { FailuresPanel } from './failures-panel.tsx'
import { HealthPanel } from './health-panel.tsx'
import { MetricsPanel } from './metrics-panel.tsx'
import { OperationsPanel } from './operations-panel.tsx'
import { StoresPanel } from './stores-panel.tsx'

/** The panels of the dashboard after the connection. */
export function DashboardPanels({ showDetails }: { showDetails: boolean }): ReactNode {
  return (
    <>
      <HealthPanel />
      <OperationsPanel hasActions={showDetails} />
      {showDetails && <FailuresPanel />}
      {showDetails && <StoresPanel />}
      {showDetails && <MetricsPanel />}
    </>
  )
}
