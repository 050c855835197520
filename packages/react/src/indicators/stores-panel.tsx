'use client'
import { ageWords } from '@syncwatch/client'
import type { StoreSummary } from '@syncwatch/core'
import type { ReactNode } from 'react'
import { useNow } from '../hooks/use-now.ts'
import { useServerNow } from '../hooks/use-server-now.ts'
import { useStores } from '../hooks/use-stores.ts'
import { useStrings } from '../hooks/use-strings.ts'
import type { SyncStatusStrings } from '../strings.ts'

/** Each store with what differs and when that was verified; never "in sync" without a check. */
export function StoresPanel(): ReactNode {
  const strings = useStrings()
  const stores = useStores()
  const now = useServerNow(useNow(1000))
  return (
    <div className="sw-panel">
      <h2 className="sw-panel__title">{strings.stores}</h2>
      {stores.length === 0 && <small>{strings.noStores}</small>}
      <ul className="sw-rows">
        {stores.map((store) => (
          <li key={store.id}>
            <span>{store.name}</span>
            <span className={store.differ_count ? 'sw-word sw-tone-warn' : 'sw-word'}>
              {freshness(store, now, strings)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function freshness(store: StoreSummary, now: number | null, strings: SyncStatusStrings): string {
  if (store.verified_at === null) return strings.notVerified
  const verified =
    now === null
      ? strings.verifiedAt(strings.words.time(store.verified_at))
      : strings.verifiedAgo(ageWords(store.verified_at, now, strings.words))
  return store.differ_count ? `${strings.differ(store.differ_count)}, ${verified}` : verified
}
