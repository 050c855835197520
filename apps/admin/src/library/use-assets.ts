import type { AssetRow } from '@syncwatch/core'
import { useConnection, useStores, useSyncStatusContext } from '@syncwatch/react'
import { useCallback, useEffect, useRef, useState } from 'react'

const PAGE = 200

export interface Assets {
  assets: AssetRow[]
  isLoading: boolean
  problem: string | null
  /** Null at the end. */
  loadMore: (() => void) | null
}

/**
 * The library in pages, latest first. A store's figures change as assets come in, so they tell when the first page is
 * stale; it is then read again, at most once at a time.
 */
export function useAssets(): Assets {
  const { client } = useSyncStatusContext()
  const { status } = useConnection()
  const figures = useStores()
    .map((store) => `${store.id}:${store.asset_count}:${store.total_bytes}`)
    .join()
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
        setPages((before) => (cursor ? append(before.assets, page) : refresh(before, page)))
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
  // biome-ignore lint/correctness/useExhaustiveDependencies: both say that the first page is stale
  useEffect(() => {
    void load(null)
  }, [load, figures, status])
  const { next } = pages
  return { assets: pages.assets, isLoading, problem, loadMore: next === null ? null : () => void load(next) }
}

interface Page {
  items: AssetRow[]
  next_cursor: string | null
}

function append(before: readonly AssetRow[], page: Page) {
  const known = new Set(before.map((asset) => asset.id))
  return { assets: [...before, ...page.items.filter((asset) => !known.has(asset.id))], next: page.next_cursor }
}

/** A fresh first page in front of what was scrolled to already. */
function refresh(before: { assets: readonly AssetRow[]; next: string | null }, page: Page) {
  if (before.assets.length <= page.items.length) return { assets: page.items, next: page.next_cursor }
  const fresh = new Set(page.items.map((asset) => asset.id))
  return { assets: [...page.items, ...before.assets.filter((asset) => !fresh.has(asset.id))], next: before.next }
}
