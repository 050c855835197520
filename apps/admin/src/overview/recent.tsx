import { useSyncOperations } from '@syncwatch/react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { OperationLine } from '../operations/operation-line.tsx'
import { Card } from '../ui/card.tsx'
import { Section } from '../ui/section.tsx'

const ENDED = ['completed', 'failed', 'cancelled'] as const

/** The last ten that ended: result, duration, items, and who or what began it. */
export function Recent({ className }: { className?: string }): ReactNode {
  const rows = useSyncOperations({ status: ENDED, limit: 10 })
  const all = (
    <Link to="/operations" className="text-accent">
      All operations
    </Link>
  )
  return (
    <Section title="Recent" aside={all} {...(className === undefined ? {} : { className })}>
      <Card className="divide-y divide-line">
        {rows.length === 0 && <p className="px-4 py-4 text-muted">No operation has ended yet.</p>}
        {rows.map((row) => (
          <OperationLine key={row.id} row={row} />
        ))}
      </Card>
    </Section>
  )
}
