import type { StoreSummary } from '@syncwatch/core'
import { useConnection, useStores, useSyncStatusContext } from '@syncwatch/react'
import { type ReactNode, useState } from 'react'
import { Card } from '../ui/card.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Section } from '../ui/section.tsx'

/** Every store: what it is, how many differ, when that was verified, and a button that syncs it. */
export function Stores(): ReactNode {
  const stores = useStores()
  return (
    <Section title="Stores">
      <Card className="divide-y divide-line">
        {stores.length === 0 && <FirstStore />}
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
      <p className="mt-1 text-muted">
        Connect a folder from the command line:{' '}
        <code className="text-text">syncwatch stores add photos --folder PATH</code>
      </p>
    </div>
  )
}

function StoreLine({ store }: { store: StoreSummary }): ReactNode {
  const { client, strings } = useSyncStatusContext()
  const { status } = useConnection()
  const [refusal, setRefusal] = useState<string | null>(null)
  const sync = () => {
    setRefusal(null)
    client?.http.stores
      .sync(store.id)
      .catch((error: unknown) => setRefusal(error instanceof Error ? error.message : String(error)))
  }
  const isWaiting = status !== 'connected'
  return (
    <div className="flex items-start gap-4 px-4 py-3" data-store={store.name}>
      <div className="min-w-0 flex-1">
        <div className="font-medium [overflow-wrap:anywhere]">{store.name}</div>
        <div className="text-muted [overflow-wrap:anywhere]">
          {store.kind} · {store.mode} · {store.location}
        </div>
        <div className="mt-0.5">
          <Freshness store={store} />
        </div>
        {refusal && <p role="alert" className="text-bad">{`Not started: ${refusal}`}</p>}
      </div>
      <button
        type="button"
        className="rounded-md border border-line px-2.5 py-1 hover:bg-raised disabled:cursor-not-allowed disabled:opacity-55"
        disabled={isWaiting || store.state === 'syncing'}
        title={isWaiting ? strings.waitsForConnection : undefined}
        onClick={sync}
      >
        {store.state === 'syncing' ? 'Syncing' : 'Sync now'}
      </button>
    </div>
  )
}

function Freshness({ store }: { store: StoreSummary }): ReactNode {
  const assets = `${store.asset_count.toLocaleString()} ${store.asset_count === 1 ? 'asset' : 'assets'}`
  if (store.verified_at === null) return <span className="text-muted">{assets}, not verified yet</span>
  const differ = store.differ_count ?? 0
  return (
    <span>
      {assets}, {differ === 0 ? 'none differs' : <span className="text-warn">{differ.toLocaleString()} differ</span>}
      <span className="text-muted">
        , verified <RelativeTime iso={store.verified_at} />
      </span>
    </span>
  )
}
