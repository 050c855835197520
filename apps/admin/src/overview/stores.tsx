import { useStores, useSyncState } from '@syncwatch/react'
import type { ReactNode } from 'react'
import { Card } from '../ui/card.tsx'
import { ConnectLink } from '../ui/connect-link.tsx'
import { Section } from '../ui/section.tsx'
import { SkeletonRows } from '../ui/skeleton-rows.tsx'
import { StoreLine } from './store-line.tsx'

/** Every store: what it is, how many differ, when that was verified, its runs, and a button that syncs it. */
export function Stores(): ReactNode {
  const stores = useStores()
  const isLoaded = useSyncState((state) => state.isLoaded)
  return (
    <Section title="Stores" foldsOnPhone>
      <Card className="divide-y divide-line">
        {!isLoaded && <SkeletonRows rows={2} what="Loading" />}
        {isLoaded && stores.length === 0 && <FirstStore />}
        {stores.map((store) => (
          <StoreLine key={store.id} store={store} />
        ))}
      </Card>
    </Section>
  )
}

function FirstStore(): ReactNode {
  return (
    <div className="px-4 py-4">
      <p>No store is connected yet.</p>
      <p className="mt-1 mb-3 text-muted">Connect a folder, and watch it sync here.</p>
      <ConnectLink />
    </div>
  )
}
