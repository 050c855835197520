import { byteWords, type StoreSummary } from '@syncwatch/core'
import { useStores, useSyncState } from '@syncwatch/react'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { StoreLine } from '../overview/store-line.tsx'
import { Card } from '../ui/card.tsx'
import { counted } from '../ui/counted.ts'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Section } from '../ui/section.tsx'
import { SkeletonRows } from '../ui/skeleton-rows.tsx'
import { DisconnectStore } from './disconnect-store.tsx'
import { HeldPlanSection } from './held-plan-section.tsx'
import { LastRuns } from './last-runs.tsx'
import { PreviewSection } from './preview-section.tsx'
import { StoreSettings } from './store-settings.tsx'
import { VerifySection } from './verify-section.tsx'

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
          <Link to="/stores" className="text-accent underline">
            stores
          </Link>
          .
        </p>
      </div>
    )
  return <Store store={store} />
}

function Store({ store }: { store: StoreSummary }): ReactNode {
  return (
    <div data-page="store" className="space-y-6">
      <div>
        <Link to="/stores" className="text-muted hover:text-text">
          ← Stores
        </Link>
        <div className="mt-2 flex flex-wrap items-center gap-2">
          <h1 className="mr-auto [overflow-wrap:anywhere]">{store.name}</h1>
          <DisconnectStore store={store} />
        </div>
      </div>
      <Section title="State">
        <Card>
          <StoreLine store={store} isLinked={false} />
          <Facts store={store} />
        </Card>
      </Section>
      <HeldPlanSection store={store} />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-6 min-[1200px]:grid-cols-2">
        <StoreSettings store={store} />
        <LastRuns storeId={store.id} />
      </div>
      <PreviewSection key={`preview ${store.id}`} store={store} />
      <VerifySection store={store} />
    </div>
  )
}

function Facts({ store }: { store: StoreSummary }): ReactNode {
  const facts: [string, ReactNode][] = [
    ['Size', byteWords(store.total_bytes)],
    ['Could not be synced', counted(store.failed_count, 'file')],
    [
      'Last without a difference',
      store.converged_at === null ? 'not yet' : <RelativeTime key="at" iso={store.converged_at} />,
    ],
    ['Connected', <RelativeTime key="since" iso={store.created_at} />],
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
