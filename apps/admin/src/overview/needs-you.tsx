import { selectFailures } from '@syncwatch/client'
import type { OperationRow } from '@syncwatch/core'
import { operationName, useStores, useSyncState, useSyncStatusContext } from '@syncwatch/react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Card } from '../ui/card.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Section } from '../ui/section.tsx'

const SHOWN = 8

interface Need {
  key: string
  text: string
  since: string | null
  operationId: string | null
}

function reasonOf(row: OperationRow): string {
  const reason = row.error_details?.message ?? row.message
  return typeof reason === 'string' ? `: ${reason}` : '.'
}

/** What waits for a person, with its age and the way there. Absent when there is nothing. */
export function NeedsYou({ className }: { className?: string | undefined }): ReactNode {
  const failures = useSyncState(selectFailures)
  const stores = useStores()
  const { strings } = useSyncStatusContext()
  const needs: Need[] = [
    ...stores.flatMap((store): Need[] => {
      const last = { since: store.updated_at, operationId: store.last_operation_id }
      if (store.state === 'unavailable') {
        const why = store.last_error?.message ?? 'It cannot be reached.'
        return [{ key: `away:${store.id}`, text: `${store.name}: ${why}`, ...last }]
      }
      if (store.failed_count === 0) return []
      const text = `${store.failed_count.toLocaleString('en-US')} ${store.failed_count === 1 ? 'file' : 'files'} of ${store.name} could not be synced.`
      return [{ key: `failed:${store.id}`, text, ...last }]
    }),
    ...failures.map((row) => ({
      key: row.id,
      text: `${operationName(row, strings, stores)} failed${reasonOf(row)}`,
      since: row.end_time,
      operationId: row.id,
    })),
  ]
  if (needs.length === 0) return null
  return (
    <Section title={`Needs you · ${needs.length}`} className={className}>
      <Card className="divide-y divide-line">
        {needs.slice(0, SHOWN).map((need) => (
          <div key={need.key} className="flex flex-wrap items-baseline gap-x-4 gap-y-1 px-4 py-2.5">
            <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">{need.text}</span>
            {need.since && (
              <span className="text-muted">
                <RelativeTime iso={need.since} />
              </span>
            )}
            {need.operationId && (
              <Link
                to="/operations/$operationId"
                params={{ operationId: need.operationId }}
                className="rounded-md border border-line px-2.5 py-0.5 hover:bg-raised"
              >
                Look
              </Link>
            )}
          </div>
        ))}
        {needs.length > SHOWN && (
          <p className="px-4 py-2.5 text-muted">and {(needs.length - SHOWN).toLocaleString()} more</p>
        )}
      </Card>
    </Section>
  )
}
