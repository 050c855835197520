import { selectActiveOperationsCount } from '@syncwatch/client'
import { OperationItem, useIsLive, useSyncOperations, useSyncState } from '@syncwatch/react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Card } from '../ui/card.tsx'
import { Section } from '../ui/section.tsx'

const OPEN = ['pending', 'in_progress'] as const
const SHOWN = 6

/** At most six running operations, oldest first, in rows of one height. */
export function Now(): ReactNode {
  const rows = useSyncOperations({ status: OPEN, limit: SHOWN })
  const hidden = useSyncState(selectActiveOperationsCount) - rows.length
  const isLive = useIsLive()
  return (
    <Section title="Now">
      <Card className="px-4 py-2">
        {rows.length === 0 ? (
          <p className="py-4 text-muted">Nothing is running.</p>
        ) : (
          <ul className="sw divide-y divide-line" data-live={isLive}>
            {rows.map((row) => (
              <OperationItem key={row.id} row={row} hasActions />
            ))}
          </ul>
        )}
        {hidden > 0 && rows.length > 0 && (
          <Link to="/operations" search={{ status: 'in_progress' }} className="block py-2 text-accent">
            +{hidden.toLocaleString()} more
          </Link>
        )}
      </Card>
    </Section>
  )
}
