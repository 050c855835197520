import { useConnection } from '@syncwatch/react'
import { SyncStatusDashboard } from '@syncwatch/react/parts'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Reasons } from './reasons.tsx'

/** Every reason with what can be done about it, then the full dashboard: connection, health with its reasons, what runs, failures, stores and figures. */
export function HealthPage(): ReactNode {
  const { role } = useConnection()
  return (
    <div data-page="health">
      <div className="mb-4 flex flex-wrap items-baseline gap-x-3">
        <h1>Health</h1>
        {role === 'admin' && (
          <Link to="/connections" className="ml-auto text-accent underline underline-offset-2">
            Connections
          </Link>
        )}
      </div>
      <Reasons />
      <SyncStatusDashboard showDetails />
    </div>
  )
}
