import type { StoreSummary } from '@syncwatch/core'
import { useNow, useServerNow, useStores, useSyncState, useSyncStatusContext, useWaitReason } from '@syncwatch/react'
import { type ReactNode, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Section } from '../ui/section.tsx'
import { SkeletonRows } from '../ui/skeleton-rows.tsx'
import { StoreStrip } from './store-strip.tsx'

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
      <p className="mt-1 text-muted">Connect a folder, and watch it sync here:</p>
      <pre className="mt-2 rounded-md bg-raised px-3 py-2 text-xs whitespace-pre-wrap">
        <code>syncwatch stores add FOLDER</code>
      </pre>
    </div>
  )
}

function StoreLine({ store }: { store: StoreSummary }): ReactNode {
  const { client } = useSyncStatusContext()
  const waits = useWaitReason()
  const [refusal, setRefusal] = useState<string | null>(null)
  const sync = () => {
    setRefusal(null)
    client?.http.stores
      .sync(store.id)
      .catch((error: unknown) => setRefusal(error instanceof Error ? error.message : String(error)))
  }
  return (
    <div className="px-4 py-3" data-store={store.name}>
      <div className="flex items-start gap-4">
        <div className="min-w-0 flex-1">
          <div className="flex flex-wrap items-baseline gap-x-2">
            <span className="font-medium [overflow-wrap:anywhere]">{store.name}</span>
            <span className="truncate text-xs text-muted" title={store.location}>
              {store.kind} · {store.mode} · {store.location}
            </span>
          </div>
          <Freshness store={store} />
        </div>
        <Button disabled={waits !== null || store.state === 'syncing'} title={waits ?? undefined} onClick={sync}>
          {store.state === 'syncing' ? 'Syncing' : 'Sync now'}
        </Button>
      </div>
      <StoreStrip storeId={store.id} />
      {refusal && <p role="alert" className="mt-1 text-bad">{`Not started: ${refusal}`}</p>}
    </div>
  )
}

function Freshness({ store }: { store: StoreSummary }): ReactNode {
  const assets = `${store.asset_count.toLocaleString('en-US')} ${store.asset_count === 1 ? 'asset' : 'assets'}`
  if (store.verified_at === null) return <p className="text-muted">{assets}, not verified yet</p>
  const differ = store.differ_count ?? 0
  return (
    <p>
      {assets},{' '}
      {differ === 0 ? (
        'none differs'
      ) : (
        <span className="text-warn">
          {differ.toLocaleString('en-US')} {differ === 1 ? 'differs' : 'differ'}
        </span>
      )}
      <span className="text-muted">
        , verified <RelativeTime iso={store.verified_at} />
        {store.next_run_at && <NextRun iso={store.next_run_at} />}
      </span>
    </p>
  )
}

function NextRun({ iso }: { iso: string }): ReactNode {
  const { strings } = useSyncStatusContext()
  const now = useServerNow(useNow(1000))
  const wait = now === null ? 0 : Date.parse(iso) - now
  return <>, {wait > 0 ? `next run in ${strings.words.span(wait)}` : 'next run is due'}</>
}
