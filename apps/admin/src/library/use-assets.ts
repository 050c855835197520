import type { AssetRow } from '@syncwatch/core'
import { useIsLive, useStores, useSyncStatusContext } from '@syncwatch/react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTopic } from '../operations/use-topic.ts'

const PAGE = 200

export interface Assets {
  assets: AssetRow[]
  /** How many there are in all, where the stores tell. */
  total: number | null
  isLoading: boolean
  problem: string | null
  /** Null at the end. */
  loadMore: (() => void) | null
  reload: () => void
}

/** The library in pages, latest first, kept current by the live topic of the assets that changed last. */
export function useAssets(): Assets {
  const { client } = useSyncStatusContext()
  const isLive = useIsLive()
  const stores = useStores()
  const live = useTopic<AssetRow & Record<string, unknown>>('assets')
  const [pages, setPages] = useState<{ assets: AssetRow[]; next: string | null }>({ assets: [], next: null })
  const [isLoading, setLoading] = useState(true)
  const [problem, setProblem] = useState<string | null>(null)
  const isBusy = useRef(false)

  const load = useCallback(
    async (cursor: string | null) => {
      if (!client || isBusy.current) return
      isBusy.current = true
      setLoading(true)
      try {
        const page = await client.http.assets.list({ limit: PAGE, ...(cursor && { cursor }) })
        const { items } = page
        setPages((before) => ({ assets: cursor ? [...before.assets, ...items] : items, next: page.next_cursor }))
        setProblem(null)
      } catch (error) {
        setProblem(error instanceof Error ? error.message : String(error))
      } finally {
        isBusy.current = false
        setLoading(false)
      }
    },
    [client],
  )
  // After a loss the first page may be stale; while there is no connection, what is here stays.
  const isWaiting = !isLive && pages.assets.length > 0
  useEffect(() => {
    if (!isWaiting) void load(null)
  }, [load, isWaiting])
  const { next } = pages
  const assets = useMemo(() => merge(pages.assets, live, next !== null), [pages.assets, live, next])
  return {
    assets,
    total: stores.length === 1 ? (stores[0]?.asset_count ?? null) : null,
    isLoading,
    problem,
    loadMore: next === null ? null : () => void load(next),
    reload: () => void load(null),
  }
}

/** Latest first; the newer `rev` wins. Live ones older than what is loaded wait for their page. */
function merge(loaded: readonly AssetRow[], live: readonly AssetRow[], hasMore: boolean): AssetRow[] {
  const byId = new Map(loaded.map((asset) => [asset.id, asset]))
  const oldest = loaded.at(-1)
  for (const asset of live) {
    const known = byId.get(asset.id)
    const isBeyond = known === undefined && hasMore && oldest !== undefined && isLater(oldest, asset)
    if (!isBeyond && (known === undefined || asset.rev > known.rev)) byId.set(asset.id, asset)
  }
  return [...byId.values()].sort((left, right) => (isLater(left, right) ? -1 : 1))
}

const isLater = (left: AssetRow, right: AssetRow): boolean =>
  left.created_at === right.created_at ? left.id > right.id : left.created_at > right.created_at
