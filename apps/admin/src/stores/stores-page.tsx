import { useStores, useSyncState } from '@syncwatch/react'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { StoreLine } from '../overview/store-line.tsx'
import { AsOf } from '../ui/as-of.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { counted } from '../ui/counted.ts'
import { SkeletonRows } from '../ui/skeleton-rows.tsx'
import { AddStore } from './add-store.tsx'
import { useAdminWait } from './use-admin-wait.ts'

const route = getRouteApi('/stores')

/** Every connected store with how fresh it is, and the way to connect one more. */
export function StoresPage(): ReactNode {
  const { add } = route.useSearch()
  const navigate = route.useNavigate()
  const stores = useStores()
  const isLoaded = useSyncState((state) => state.isLoaded)
  const waits = useAdminWait()
  return (
    <div data-page="stores" data-figures>
      <div className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-2">
        <h1>Stores</h1>
        <p className="text-muted">{isLoaded && stores.length > 0 ? counted(stores.length, 'store') : ''}</p>
        <AsOf className="mr-auto" />
        <Button
          disabled={waits !== null}
          title={waits ?? undefined}
          onClick={() => void navigate({ search: { add: true } })}
        >
          Connect a folder …
        </Button>
      </div>
      <Card className="divide-y divide-line">
        {!isLoaded && <SkeletonRows rows={4} what="Loading" />}
        {isLoaded && stores.length === 0 && (
          <div className="px-4 py-16 text-center">
            <p className="text-base font-medium">No store is connected yet.</p>
            <p className="mt-1 text-muted">Connect a folder, and its files come into the library while you look on.</p>
          </div>
        )}
        {stores.map((store) => (
          <StoreLine key={store.id} store={store} />
        ))}
      </Card>
      {add && <AddStore onClose={() => void navigate({ search: {} })} />}
    </div>
  )
}
