import { useIsLive, useSyncState } from '@syncwatch/react'
import { OperationItem, type RunningOperations } from '@syncwatch/react/parts'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Card } from '../ui/card.tsx'
import { Section } from '../ui/section.tsx'
import { SkeletonRows } from '../ui/skeleton-rows.tsx'

/** At most six running operations, oldest first, in rows of one height; ended ones stay for 5 s. */
export function Now({ running }: { running: RunningOperations }): ReactNode {
  const { rows, hidden, hold } = running
  const isLive = useIsLive()
  const isLoaded = useSyncState((state) => state.isLoaded)
  const more = hidden > 0 && (
    <Link to="/operations" search={{ status: 'in_progress' }} className="text-accent">
      +{hidden.toLocaleString('en-US')} more
    </Link>
  )
  return (
    <Section title="Now" aside={more}>
      <Card className="px-4 py-2.5">
        {rows.length === 0 ? (
          <Nothing isLoaded={isLoaded} isLive={isLive} />
        ) : (
          <ul className="sw sw-list" data-live={isLive} {...hold}>
            {rows.map((row) => (
              <OperationItem key={row.id} row={row} hasActions />
            ))}
          </ul>
        )}
      </Card>
    </Section>
  )
}

/** Only who hears of everything knows that nothing runs. */
function Nothing({ isLoaded, isLive }: { isLoaded: boolean; isLive: boolean }): ReactNode {
  if (!isLoaded) return <SkeletonRows rows={1} what="Loading" />
  return <p className="py-1 text-muted">{isLive ? 'Nothing is running.' : 'Nothing was running.'}</p>
}
