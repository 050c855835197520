'use client'
import type { ReactNode } from 'react'
import { DashboardFrame } from './dashboard-frame.tsx'
import { DashboardPanels } from './dashboard-panels.tsx'
import type { SyncStatusIndicatorsProps } from './sync-status-indicators.tsx'

/** `SyncStatusIndicators` in one piece, for a page that is there to show it: nothing of it comes later. */
export function SyncStatusDashboard({ showDetails = false, className }: SyncStatusIndicatorsProps): ReactNode {
  return (
    <DashboardFrame className={className}>
      <DashboardPanels showDetails={showDetails} />
    </DashboardFrame>
  )
}
