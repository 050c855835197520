'use client'
import type { ReactNode } from 'react'
import { DashboardFrame } from './dashboard-frame.tsx'
import { LaterPanels } from './later-panels.tsx'

export interface SyncStatusIndicatorsProps {
  /** With failures, metrics and stores; without, connection, health and running operations alone. */
  showDetails?: boolean
  className?: string
}

/**
 * The status dashboard: verdict, connection, health with reasons, running operations, and with details the rest. The code of all but
 * verdict and connection comes after the page's own; `SyncStatusDashboard` of `@syncwatch/react/parts` is the same in one piece.
 */
export function SyncStatusIndicators({ showDetails = false, className }: SyncStatusIndicatorsProps): ReactNode {
  return (
    <DashboardFrame className={className}>
      <LaterPanels showDetails={showDetails} />
    </DashboardFrame>
  )
}
