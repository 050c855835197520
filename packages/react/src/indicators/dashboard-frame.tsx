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
import { LiveRegion } from './live-region.tsx'

interface DashboardFrameProps {
  className?: string | undefined
  /** The panels after the connection. */
  children: ReactNode
}

/** What the dashboard says at once: the verdict and the connection. */
export function DashboardFrame({ className, children }: DashboardFrameProps): ReactNode {
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
      {children}
      <LiveRegion kind={verdict.kind} sentence={verdict.sentence} />
    </section>
  )
}
