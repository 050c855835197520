import type { AssetDetail } from '@syncwatch/core'
import { useCallback, useState } from 'react'
import { useMedia } from '../media/media-context.ts'
import { pageAfter } from '../media/page-after.ts'
import { useLoaded } from '../media/use-loaded.ts'

export interface Trash {
  assets: AssetDetail[]
  isLoading: boolean
  isRead: boolean
  problem: Error | null
  reload: () => void
  loadMore: (() => void) | null
}

interface Read {
  assets: AssetDetail[]
  next: string | null
}

/** What is in the trash, last deleted first: as many pages as were asked for, all read anew when the number in it changed. */
export function useTrash(): Trash {
  const { api, attention } = useMedia()
  const [pages, setPages] = useState(1)
  const read = useCallback(async (): Promise<Read> => {
    let next: string | null = null
    const assets: AssetDetail[] = []
    for (let page = 0; page < pages; page += 1) {
      const answer = await api.trash.list(pageAfter(next))
      assets.push(...answer.items)
      next = answer.next_cursor
      if (next === null) break
    }
    return { assets, next }
  }, [api, pages])
  const { data, problem, isLoading, reload } = useLoaded(read, attention?.trash_count)
  const [shown, setShown] = useState<Read | null>(data)
  // While more pages are read, those that are here stay.
  if (data !== null && data !== shown) setShown(data)
  const next = shown?.next ?? null
  return {
    assets: shown?.assets ?? [],
    isLoading,
    isRead: shown !== null,
    problem,
    reload,
    loadMore: next === null ? null : () => setPages(pages + 1),
  }
}
