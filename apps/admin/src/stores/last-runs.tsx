import type { StoreId } from '@syncwatch/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { OperationLine } from '../operations/operation-line.tsx'
import { useOperationPages } from '../operations/use-operation-pages.ts'
import { Card } from '../ui/card.tsx'
import { Notice } from '../ui/notice.tsx'
import { Section } from '../ui/section.tsx'
import { SkeletonRows } from '../ui/skeleton-rows.tsx'

const SHOWN = 8

/** What was done with a store last, live. */
export function LastRuns({ storeId }: { storeId: StoreId }): ReactNode {
  const { rows, isLoading, problem, reload } = useOperationPages({ store: storeId })
  const all = (
    <Link to="/operations" search={{ store: storeId }} className="text-accent">
      All of this store
    </Link>
  )
  return (
    <Section title="Last runs" aside={all}>
      {problem && <Notice what="The runs could not be loaded." why={problem} retry={reload} />}
      <Card className="divide-y divide-line">
        {rows.length === 0 && isLoading && <SkeletonRows rows={3} what="Loading" />}
        {rows.length === 0 && !isLoading && !problem && <p className="px-4 py-4 text-muted">It was not synced yet.</p>}
        {rows.slice(0, SHOWN).map((row) => (
          <OperationLine key={row.id} row={row} />
        ))}
      </Card>
    </Section>
  )
}
