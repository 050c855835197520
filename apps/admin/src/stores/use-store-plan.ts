import type { HeldPlan, HeldRow } from '@syncwatch/client/library'
import { useCallback, useState } from 'react'
import { useMedia } from '../media/media-context.ts'
import { pageAfter } from '../media/page-after.ts'
import { useLoaded } from '../media/use-loaded.ts'

export interface ShownPlan {
  /** Null where nothing is held back, undefined until that is known. */
  plan: HeldPlan | null | undefined
  rows: HeldRow[]
  problem: Error | null
  reload: () => void
  /** Null at the end. */
  loadMore: (() => void) | null
}

/** The held plan of a store, its rows in pages. Another plan than the one that was read begins its rows anew. */
export function useStorePlan(storeId: string): ShownPlan {
  const { api, attention } = useMedia()
  const known = attention?.plans.find((plan) => plan.store_id === storeId)
  const read = useCallback(() => api.stores.heldPlan(storeId, pageAfter(null)), [api, storeId])
  const { data, problem, reload } = useLoaded(read, `${known?.id} ${known?.state}`)
  const [more, setMore] = useState<{ of: string; rows: HeldRow[]; next: string | null } | null>(null)
  const [moreProblem, setMoreProblem] = useState<Error | null>(null)
  const plan = data === null ? undefined : data.plan
  const added = more !== null && more.of === plan?.id ? more : null
  const next = added === null ? (data?.next_cursor ?? null) : added.next
  const loadMore = async () => {
    try {
      const page = await api.stores.heldPlan(storeId, pageAfter(next))
      // Decided or replaced meanwhile: what is on the screen is not the plan any more.
      if (page.plan?.id !== plan?.id) return reload()
      setMore({ of: page.plan?.id ?? '', rows: [...(added?.rows ?? []), ...page.rows], next: page.next_cursor })
      setMoreProblem(null)
    } catch (error) {
      setMoreProblem(error as Error)
    }
  }
  return {
    plan,
    rows: [...(data?.rows ?? []), ...(added?.rows ?? [])],
    problem: problem ?? moreProblem,
    reload,
    loadMore: next === null ? null : () => void loadMore(),
  }
}
