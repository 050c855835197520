import { SyncStatusIndicators } from '@syncwatch/react'
import type { ReactNode } from 'react'

/** The full dashboard: connection, health with its reasons, what runs, failures, stores and figures. */
export function HealthPage(): ReactNode {
  return (
    <div data-page="health">
      <h1 className="mb-4">Health</h1>
      <SyncStatusIndicators showDetails />
    </div>
  )
}
