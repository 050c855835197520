import type { EventRow, LiveRow } from '@syncwatch/core'
import { useSyncStatusContext } from '@syncwatch/react'
import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { Card } from '../ui/card.tsx'
import { Section } from '../ui/section.tsx'
import { useTopic } from './use-topic.ts'

const MOST = 200

const dots: Partial<Record<EventRow['kind'], string>> = { warning: 'bg-warn', error: 'bg-bad', transition: 'bg-accent' }

/** What happened, in order: transitions, phases, warnings and messages. */
export function Timeline({ operationId }: { operationId: string }): ReactNode {
  const { strings } = useSyncStatusContext()
  const events = useEvents(operationId)
  return (
    <Section title="Timeline">
      <Card className="px-4 py-3">
        {events.length === 0 && <p className="text-muted">Nothing is recorded.</p>}
        <ol className="grid gap-2">
          {events.map((event) => (
            <li key={event.id} className="grid grid-cols-[8px_auto_minmax(0,1fr)] items-baseline gap-x-3">
              <span className={`size-2 rounded-full ${dots[event.kind] ?? 'bg-muted'}`} aria-hidden="true" />
              <time
                dateTime={event.created_at}
                className="text-muted"
                title={new Date(event.created_at).toLocaleString()}
              >
                {strings.words.time(event.created_at)}
              </time>
              <span className="[overflow-wrap:anywhere]">{eventWords(event)}</span>
            </li>
          ))}
        </ol>
      </Card>
    </Section>
  )
}

function eventWords(event: EventRow): string {
  const subject = event.status?.replaceAll('_', ' ')
  const parts = event.kind === 'phase' ? [`Phase ${subject}`] : event.kind === 'transition' ? [subject] : []
  return [...parts, event.message].filter(Boolean).join(': ') || event.kind.replaceAll('_', ' ')
}

/** What HTTP tells once, and what comes in live, in the order in which it happened. */
function useEvents(operationId: string): EventRow[] {
  const { client } = useSyncStatusContext()
  const live = useTopic<EventRow & LiveRow>(`events:${operationId}`)
  const [known, setKnown] = useState<EventRow[]>([])
  useEffect(() => {
    let isGone = false
    client?.http.operations.events(operationId, { limit: MOST }).then(
      (page) => !isGone && setKnown(page.items),
      () => {},
    )
    return () => {
      isGone = true
    }
  }, [client, operationId])
  return useMemo(
    () =>
      [...new Map([...known, ...live].map((event) => [event.id, event])).values()].sort(
        (left, right) => left.created_at.localeCompare(right.created_at) || left.id.localeCompare(right.id),
      ),
    [known, live],
  )
}
