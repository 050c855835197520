import type { OperationRow } from '@syncwatch/core'
import { useIsLive, useSyncOperations, useSyncStatusContext } from '@syncwatch/react'
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { OperationsSearch } from './operations-search.ts'

export interface OperationPages {
  rows: OperationRow[]
  isLoading: boolean
  problem: string | null
  /** Null at the end. */
  loadMore: (() => void) | null
  reload: () => void
}

/** The latest operations of a selection: pages from HTTP, kept current and added to by what comes in live. */
export function useOperationPages({ status, type, store }: OperationsSearch): OperationPages {
  const { client } = useSyncStatusContext()
  const live = useSyncOperations({
    ...(status && { status: [status] }),
    ...(type && { operation_type: [type] }),
    ...(store && { store_id: store }),
  })
  const everything = useSyncOperations()
  const [pages, setPages] = useState<{ rows: OperationRow[]; next: string | null }>({ rows: [], next: null })
  const isLive = useIsLive()
  const [isLoading, setLoading] = useState(true)
  const [problem, setProblem] = useState<string | null>(null)

  const load = useCallback(
    (cursor: string | null) => {
      if (!client) return
      setLoading(true)
      client.http.operations
        .list({
          limit: 50,
          ...(status && { status: [status] }),
          ...(type && { type: [type] }),
          ...(store && { store_id: store }),
          ...(cursor && { cursor }),
        })
        .then((page) => {
          setPages((before) => ({
            rows: cursor ? [...before.rows, ...page.items] : page.items,
            next: page.next_cursor,
          }))
          setProblem(null)
        })
        .catch((error: unknown) => setProblem(error instanceof Error ? error.message : String(error)))
        .finally(() => setLoading(false))
    },
    [client, status, type, store],
  )
  // After a loss the list is read anew: what happened meanwhile may be more than the live state holds.
  const isWaiting = !isLive && pages.rows.length > 0
  useEffect(() => {
    if (!isWaiting) load(null)
  }, [load, isWaiting])

  const rows = useMemo(
    () => merge(pages.rows, live, everything, { status, type }),
    [pages.rows, live, everything, status, type],
  )
  const next = pages.next
  return { rows, isLoading, problem, loadMore: next === null ? null : () => load(next), reload: () => load(null) }
}

/** Newest first; the newer `rev` of a row wins, and a row that has left the selection leaves the list. */
function merge(
  loaded: readonly OperationRow[],
  live: readonly OperationRow[],
  everything: readonly OperationRow[],
  { status, type }: { status: string | undefined; type: string | undefined },
): OperationRow[] {
  const current = new Map(everything.map((row) => [row.id, row]))
  const byId = new Map(loaded.map((row) => [row.id, row]))
  for (const row of live) byId.set(row.id, row)
  return [...byId.values()]
    .map((row) => {
      const other = current.get(row.id)
      return other && other.rev > row.rev ? other : row
    })
    .filter((row) => (!status || row.status === status) && (!type || row.operation_type === type))
    .sort((left, right) => right.created_at.localeCompare(left.created_at) || right.id.localeCompare(left.id))
}
