import { selectFailures } from '@syncwatch/client'
import type { Attention, HeldPlan } from '@syncwatch/client/library'
import type { OperationRow } from '@syncwatch/core'
import { useStores, useSyncState } from '@syncwatch/react'
import { operationName, useStrings } from '@syncwatch/react/parts'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useMedia } from '../media/media-context.ts'
import { heldWords } from '../stores/plan-words.ts'
import { Card } from '../ui/card.tsx'
import { counted } from '../ui/counted.ts'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Section } from '../ui/section.tsx'
import type { OverviewSearch } from './history-window.ts'

const route = getRouteApi('/')
const SHOWN = 8

interface Need {
  key: string
  text: string
  since: string | null
  /** Where it is looked at; null where there is nothing to look at. */
  way: ReactNode
}

const LINK = 'rounded-md border border-line px-2.5 py-0.5 hover:bg-raised'

function toOperation(operationId: string | null): ReactNode {
  if (operationId === null) return null
  return (
    <Link to="/operations/$operationId" params={{ operationId }} className={LINK}>
      Look
    </Link>
  )
}

function heldNeed(plan: HeldPlan, storeName: string): Need {
  const reasons = [...new Set(plan.gates.map(({ message }) => message))].join(' ')
  return {
    key: `plan:${plan.id}`,
    text: `${heldWords(plan, storeName)}: ${reasons}`,
    since: plan.created_at,
    way: (
      <Link to="/stores/$storeId" params={{ storeId: plan.store_id }} className={LINK}>
        Decide
      </Link>
    ),
  }
}

function conflictNeed({ store_id, store_name, count, since }: Attention['conflicts'][number]): Need {
  const where = store_name === null ? '' : ` with ${store_name}`
  return {
    key: `conflicts:${store_id}`,
    text: `${counted(count, 'conflict')}${where} ${count === 1 ? 'waits' : 'wait'} for a decision.`,
    since,
    way: (
      <Link to="/conflicts" className={LINK}>
        Decide
      </Link>
    ),
  }
}

function reasonOf(row: OperationRow): string {
  const reason = row.error_details?.message ?? row.message
  return typeof reason === 'string' ? `: ${reason}` : '.'
}

/** What waits for a person, with its age and the way there. Absent when there is nothing. */
export function NeedsYou({ className }: { className?: string | undefined }): ReactNode {
  const failures = useSyncState(selectFailures)
  const stores = useStores()
  const strings = useStrings()
  const { attention } = useMedia()
  const isAll = route.useSearch().needs === 'all'
  const nameOf = (id: string) => stores.find((store) => store.id === id)?.name ?? 'a store'
  const needs: Need[] = [
    ...(attention?.plans ?? [])
      .filter(({ state }) => state === 'pending')
      .map((plan) => heldNeed(plan, nameOf(plan.store_id))),
    ...(attention?.conflicts ?? []).map(conflictNeed),
    ...stores.flatMap((store): Need[] => {
      const last = { since: store.updated_at, way: toOperation(store.last_operation_id) }
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
      way: toOperation(row.id),
    })),
  ]
  if (needs.length === 0) return null
  const shown = isAll ? needs : needs.slice(0, SHOWN)
  return (
    <Section title={`Needs you · ${needs.length}`} className={className}>
      <Card className="divide-y divide-line">
        {shown.map((need) => (
          <div key={need.key} className="flex flex-wrap items-baseline justify-end gap-x-4 gap-y-1 px-4 py-2.5">
            <span className="line-clamp-3 min-w-0 flex-1 [overflow-wrap:anywhere] max-sm:basis-full" title={need.text}>
              {need.text}
            </span>
            {need.since && (
              <span className="text-muted">
                <RelativeTime iso={need.since} />
              </span>
            )}
            {need.way}
          </div>
        ))}
        {needs.length > SHOWN && (
          <Link
            from="/"
            to="/"
            search={({ needs: _, ...rest }: OverviewSearch) => (isAll ? rest : { ...rest, needs: 'all' })}
            resetScroll={false}
            className="block px-4 py-2.5 text-accent hover:bg-raised"
          >
            {isAll ? 'Show the first alone' : `Show all ${needs.length.toLocaleString()}`}
          </Link>
        )}
      </Card>
    </Section>
  )
}
