import { SyncStatusDashboard } from '@syncwatch/react/parts'
import type { ReactNode } from 'react'
import { Reasons } from './reasons.tsx'

/** Every reason with what can be done about it, then the full dashboard: connection, health with its reasons, what runs, failures, stores and figures. */
export function HealthPage(): ReactNode {
  return (
    <div data-page="health">
      <h1 className="mb-4">Health</h1>
      <Reasons />
      <SyncStatusDashboard showDetails />
    </div>
  )
}
