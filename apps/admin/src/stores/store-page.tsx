import type { StoreSummary } from '@syncwatch/core'
import { useStores, useSyncState } from '@syncwatch/react'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { StoreLine } from '../overview/store-line.tsx'
import { byteWords } from '../ui/bytes.ts'
import { Card } from '../ui/card.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Section } from '../ui/section.tsx'
import { SkeletonRows } from '../ui/skeleton-rows.tsx'
import { HeldPlanSection } from './held-plan-section.tsx'

const route = getRouteApi('/stores/$storeId')

/** One store: how fresh it is, its runs, and what safety gates hold back. */
export function StorePage(): ReactNode {
  const { storeId } = route.useParams()
  const stores = useStores()
  const isLoaded = useSyncState((state) => state.isLoaded)
  const store = stores.find(({ id }) => id === storeId)
  if (store === undefined && !isLoaded)
    return (
      <Card>
        <SkeletonRows rows={4} what="Loading" />
      </Card>
    )
  if (store === undefined)
    return (
      <div className="py-16 text-center">
        <h1>There is no such store.</h1>
        <p className="mt-2 text-muted">
          It may have been disconnected. Go to the{' '}
          <Link to="/" className="text-accent underline">
            overview
          </Link>
          .
        </p>
      </div>
    )
  return (
    <div data-page="store" className="space-y-6">
      <h1 className="[overflow-wrap:anywhere]">{store.name}</h1>
      <Section title="State">
        <Card>
          <StoreLine store={store} isLinked={false} />
          <Facts store={store} />
        </Card>
      </Section>
      <HeldPlanSection store={store} />
    </div>
  )
}

const POLICIES: Record<StoreSummary['conflict_policy'], string> = {
  'keep-both': 'keep both sides',
  newer: 'the newer side',
  library: 'the library',
  store: 'the store',
  manual: 'a person decides',
}

function Facts({ store }: { store: StoreSummary }): ReactNode {
  const facts: [string, ReactNode][] = [
    ['Size', byteWords(store.total_bytes)],
    ['Conflicts', POLICIES[store.conflict_policy]],
    [
      'Deletes without a question',
      store.delete_limit === null ? 'at most 10, or 10 %' : `at most ${store.delete_limit}`,
    ],
    ['Schedule', store.schedule === null ? 'none' : `${store.schedule} (UTC)`],
    [
      'Last without a difference',
      store.converged_at === null ? 'not yet' : <RelativeTime key="at" iso={store.converged_at} />,
    ],
  ]
  return (
    <dl className="grid gap-x-6 gap-y-1 border-t border-line px-4 py-3 sm:grid-cols-2">
      {facts.map(([name, value]) => (
        <div key={name} className="flex justify-between gap-4">
          <dt className="text-muted">{name}</dt>
          <dd className="text-right">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
