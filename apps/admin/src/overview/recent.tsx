import type { OperationRow } from '@syncwatch/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { OperationLine } from '../operations/operation-line.tsx'
import { useOperationPages } from '../operations/use-operation-pages.ts'
import { Card } from '../ui/card.tsx'
import { Section } from '../ui/section.tsx'
import { SkeletonRows } from '../ui/skeleton-rows.tsx'

const SHOWN = 10
const EVERYTHING = {}

/** The last ten that ended: result, duration, items, and who or what began it. Those that still stand in "Now" wait. */
export function Recent({ without, className }: { without: readonly OperationRow[]; className?: string }): ReactNode {
  const { rows, isLoading } = useOperationPages(EVERYTHING)
  const ended = rows
    .filter((row) => row.end_time !== null && !without.some(({ id }) => id === row.id))
    .sort((left, right) => (right.end_time ?? '').localeCompare(left.end_time ?? ''))
    .slice(0, SHOWN)
  const all = (
    <Link to="/operations" className="text-accent">
      All operations
    </Link>
  )
  return (
    <Section title="Recent" aside={all} className={className} foldsOnPhone>
      <Card className="divide-y divide-line">
        {ended.length === 0 && isLoading && <SkeletonRows rows={3} what="Loading" />}
        {ended.length === 0 && !isLoading && <p className="px-4 py-4 text-muted">No operation has ended yet.</p>}
        {ended.map((row) => (
          <OperationLine key={row.id} row={row} />
        ))}
      </Card>
    </Section>
  )
}
