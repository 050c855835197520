import { heldCount } from '@syncwatch/client/library'
import type { StoreSummary } from '@syncwatch/core'
import { useNow, useSyncStatusContext } from '@syncwatch/react'
import { useServerNow, useWaitReason } from '@syncwatch/react/parts'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useMedia } from '../media/media-context.ts'
import { PauseButton } from '../stores/pause-button.tsx'
import { useStoreEdit } from '../stores/use-store-edit.ts'
import { Button } from '../ui/button.tsx'
import { counted } from '../ui/counted.ts'
import { Refused } from '../ui/refused.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { StoreStrip } from './store-strip.tsx'

/** One store in a line or two. `isLinked`: its name leads to its page. */
export function StoreLine({ store, isLinked = true }: { store: StoreSummary; isLinked?: boolean }): ReactNode {
  const { client } = useSyncStatusContext()
  const waits = useWaitReason()
  const [refusal, setRefusal] = useState<string | null>(null)
  const editing = useStoreEdit(store)
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
            {isLinked && (
              <Link
                to="/stores/$storeId"
                params={{ storeId: store.id }}
                className="font-medium [overflow-wrap:anywhere] hover:text-accent hover:underline"
              >
                {store.name}
              </Link>
            )}
            <span className="truncate text-xs text-muted" title={store.location}>
              {store.kind} · {store.mode} · {store.location}
            </span>
          </div>
          <Freshness store={store} isPaused={editing.shown.paused} />
          <Trouble store={store} />
          {isLinked && <Held store={store} />}
        </div>
        <div className="flex flex-none flex-wrap justify-end gap-2 max-sm:w-24">
          <PauseButton store={store} editing={editing} />
          <Button
            className="min-w-20"
            disabled={waits !== null || store.state === 'syncing'}
            title={waits ?? (store.state === 'syncing' ? 'It is being synced' : undefined)}
            onClick={sync}
          >
            {store.state === 'syncing' ? 'Syncing' : 'Sync now'}
          </Button>
        </div>
      </div>
      <StoreStrip storeId={store.id} />
      {refusal && <p role="alert" className="mt-1 text-bad">{`Not started: ${refusal}`}</p>}
      <Refused error={editing.refusal('paused')} className="mt-1" />
    </div>
  )
}

/** What a gate holds back of it; absent where nothing is. */
function Held({ store }: { store: StoreSummary }): ReactNode {
  const { attention } = useMedia()
  const plan = attention?.plans.find(({ store_id }) => store_id === store.id)
  if (plan === undefined) return null
  return (
    <p>
      <Link to="/stores/$storeId" params={{ storeId: store.id }} className="text-warn underline underline-offset-2">
        {counted(heldCount(plan), 'change')} held back
      </Link>
      {plan.state === 'approved' && <span className="text-muted">, approved</span>}
    </p>
  )
}

/** Why the last run did not go through; absent where it did. */
function Trouble({ store }: { store: StoreSummary }): ReactNode {
  if (store.last_error === null) return null
  return (
    <p className="text-bad [overflow-wrap:anywhere]">
      {store.state === 'unavailable' ? 'Cannot be reached: ' : 'The last run failed: '}
      {store.last_error.message}
    </p>
  )
}

function Freshness({ store, isPaused }: { store: StoreSummary; isPaused: boolean }): ReactNode {
  const assets = `${store.asset_count.toLocaleString('en-US')} ${store.asset_count === 1 ? 'asset' : 'assets'}`
  if (store.verified_at === null)
    return (
      <p className="text-muted">
        {assets}, not verified yet{isPaused && ', paused'}
      </p>
    )
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
        {isPaused ? ', paused' : store.next_run_at && <NextRun iso={store.next_run_at} />}
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
