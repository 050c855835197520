import type { Page } from '@syncwatch/client'
import type { AssetRow } from '@syncwatch/core'
import { useIsLive, useStores } from '@syncwatch/react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useMedia } from '../media/media-context.ts'
import { useStoresChange } from '../media/use-stores-change.ts'
import { useTopic } from '../operations/use-topic.ts'
import { isNarrowed, type LibrarySearch } from './library-search.ts'
import { matchesSearch } from './matches-search.ts'

const PAGE = 200
/** What is gone is looked for among so many; what was scrolled past them is read anew when it is asked for anew. */
const MOST_CHECKED = 1000

export interface Assets {
  assets: AssetRow[]
  /** How many there are in all, where the stores tell. */
  total: number | null
  isLoading: boolean
  /** What is shown is still the answer to another question. */
  isStale: boolean
  problem: string | null
  /** Null at the end. */
  loadMore: (() => void) | null
  reload: () => void
  /** Takes some out of the list until they are put back. */
  hide: (ids: readonly string[]) => void
  unhide: (ids: readonly string[]) => void
}

interface Pages {
  /** The question they answer. */
  of: string | null
  assets: AssetRow[]
  next: string | null
}

/** The library, or a part of it, in pages; kept current by the live topic of the assets that changed last. */
export function useAssets({ asset: _, ...search }: LibrarySearch): Assets {
  const { api } = useMedia()
  const isLive = useIsLive()
  const stores = useStores()
  const live = useTopic<AssetRow & Record<string, unknown>>('assets')
  const [pages, setPages] = useState<Pages>({ of: null, assets: [], next: null })
  const [isLoading, setLoading] = useState(true)
  const [problem, setProblem] = useState<string | null>(null)
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const asked = useRef<AbortController | null>(null)
  const question = JSON.stringify(search)

  const read = useCallback(
    (cursor: string | null, signal?: AbortSignal) => {
      const { collection, state, ...query } = JSON.parse(question) as LibrarySearch
      const page = { limit: PAGE, ...(cursor !== null && { cursor }) }
      const call = signal === undefined ? {} : { signal }
      return collection === undefined
        ? api.assets.list({ ...query, ...(state && { sync_state: state }), ...page }, call)
        : api.collections.assets(collection, page, call)
    },
    [api, question],
  )
  const load = useCallback(
    async (cursor: string | null) => {
      // More of what is being asked for anew comes after that.
      if (cursor !== null && asked.current !== null) return
      asked.current?.abort()
      const own = new AbortController()
      asked.current = own
      setLoading(true)
      try {
        const { items, next_cursor } = await read(cursor, own.signal)
        if (asked.current !== own) return
        setPages((before) => ({
          of: question,
          assets: cursor === null ? items : [...before.assets, ...items],
          next: next_cursor,
        }))
        setProblem(null)
      } catch (error) {
        if (asked.current === own) setProblem(error instanceof Error ? error.message : String(error))
      } finally {
        if (asked.current === own) {
          asked.current = null
          setLoading(false)
        }
      }
    },
    [read, question],
  )
  useDisappeared(pages, question, read, setPages)
  // After a loss the first page may be stale; while there is no connection, what is here stays.
  const isWaiting = !isLive && pages.of === question
  useEffect(() => {
    if (!isWaiting) void load(null)
  }, [load, isWaiting])
  useEffect(() => () => asked.current?.abort(), [])

  const isStale = pages.of !== null && pages.of !== question
  const shown = useMemo(() => merge(pages, live).filter(({ id }) => !hidden.has(id)), [pages, live, hidden])
  const { next } = pages
  return {
    assets: shown,
    total: stores.length === 1 && !isNarrowed(search) ? (stores[0]?.asset_count ?? null) : null,
    isLoading,
    isStale,
    problem,
    loadMore: next === null || isStale ? null : () => void load(next),
    reload: () => void load(null),
    hide: useCallback((ids) => setHidden((before) => new Set([...before, ...ids])), []),
    unhide: useCallback((ids) => setHidden((before) => new Set([...before].filter((id) => !ids.includes(id)))), []),
  }
}

/**
 * Takes out what is in the library, or in this part of it, no more. The live topic tells of what changed last alone, so what is shown is
 * read again when a store has changed, and now and then.
 */
function useDisappeared(
  pages: Pages,
  question: string,
  read: (cursor: string | null) => Promise<Page<AssetRow>>,
  setPages: (change: (before: Pages) => Pages) => void,
): void {
  const change = useStoresChange()
  const isLive = useIsLive()
  const shown = useRef(pages)
  shown.current = pages
  // biome-ignore lint/correctness/useExhaustiveDependencies: another value of `change` says that what is shown may be gone
  useEffect(() => {
    const { of, assets } = shown.current
    if (!isLive || of !== question || assets.length === 0) return
    let isOver = false
    const check = async () => {
      const there = new Set<string>()
      const isCollection = (JSON.parse(question) as LibrarySearch).collection !== undefined
      let last: AssetRow | undefined
      let cursor: string | null = null
      do {
        const { items, next_cursor } = await read(cursor)
        for (const { id } of items) there.add(id)
        last = items.at(-1)
        cursor = next_cursor
      } while (cursor !== null && there.size < Math.min(assets.length, MOST_CHECKED))
      if (isOver) return
      // What comes after the last that was read may well be there.
      const isRead = (asset: AssetRow) =>
        cursor === null || (!isCollection && last !== undefined && !isLater(last, asset))
      setPages((before) => {
        if (before.of !== question) return before
        const left = before.assets.filter((asset) => there.has(asset.id) || !isRead(asset))
        return left.length === before.assets.length ? before : { ...before, assets: left }
      })
    }
    // Where it cannot be read now, the next change reads it.
    check().catch(() => undefined)
    return () => {
      isOver = true
    }
  }, [change, isLive, question, read, setPages])
}

/**
 * Latest first; the newer `rev` wins. Live ones older than what is loaded wait for their page. A collection has its own order, and nothing
 * joins it by itself.
 */
function merge({ of, assets, next }: Pages, live: readonly AssetRow[]): AssetRow[] {
  const search = JSON.parse(of ?? '{}') as LibrarySearch
  const byId = new Map(assets.map((asset) => [asset.id, asset]))
  const oldest = assets.at(-1)
  for (const asset of live) {
    const known = byId.get(asset.id)
    if (known === undefined) {
      const isBeyond = next !== null && oldest !== undefined && isLater(oldest, asset)
      if (of === null || search.collection !== undefined || isBeyond || !matchesSearch(asset, search)) continue
    }
    if (known === undefined || asset.rev > known.rev) byId.set(asset.id, asset)
  }
  if (search.collection !== undefined) return [...byId.values()]
  return [...byId.values()]
    .filter((asset) => matchesSearch(asset, search))
    .sort((left, right) => (isLater(left, right) ? -1 : 1))
}

const isLater = (left: AssetRow, right: AssetRow): boolean =>
  left.created_at === right.created_at ? left.id > right.id : left.created_at > right.created_at
