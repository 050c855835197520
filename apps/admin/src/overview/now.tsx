import { OperationItem, type RunningOperations, useIsLive } from '@syncwatch/react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Card } from '../ui/card.tsx'
import { Section } from '../ui/section.tsx'

/** At most six running operations, oldest first, in rows of one height; ended ones stay for 5 s. */
export function Now({ running }: { running: RunningOperations }): ReactNode {
  const { rows, hidden, hold } = running
  const isLive = useIsLive()
  const more = hidden > 0 && (
    <Link to="/operations" search={{ status: 'in_progress' }} className="text-accent">
      +{hidden.toLocaleString('en-US')} more
    </Link>
  )
  return (
    <Section title="Now" aside={more}>
      <Card className="px-4 py-2.5">
        {rows.length === 0 ? (
          <p className="py-1 text-muted">Nothing is running.</p>
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
