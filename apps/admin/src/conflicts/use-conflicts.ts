import type { Page } from '@syncwatch/client'
import type { ConflictRow, ConflictState } from '@syncwatch/core'
import { useIsLive } from '@syncwatch/react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useMedia } from '../media/media-context.ts'
import { pageAfter } from '../media/page-after.ts'
import { useStoresChange } from '../media/use-stores-change.ts'

const STATES: Record<'open' | 'decided', readonly ConflictState[]> = {
  open: ['open'],
  decided: ['resolved', 'undone'],
}

export interface Conflicts {
  rows: ConflictRow[]
  /** How many came in since, and are shown when they are asked for: nothing moves under a pointer. */
  fresh: number
  showFresh: () => void
  isLoading: boolean
  problem: string | null
  loadMore: (() => void) | null
  reload: () => void
  /** Puts what the server answered in the place of what is shown. */
  take: (rows: readonly ConflictRow[]) => void
}

interface Listed {
  rows: ConflictRow[]
  next: string | null
  fresh: ConflictRow[]
}

const NOTHING: Listed = { rows: [], next: null, fresh: [] }

/** Conflicts in pages, latest first. What is listed keeps its place, also when it was decided. */
export function useConflicts(show: 'open' | 'decided'): Conflicts {
  const { api } = useMedia()
  const isLive = useIsLive()
  const change = useStoresChange()
  const [listed, setListed] = useState<Listed>(NOTHING)
  const [isLoading, setLoading] = useState(true)
  const [problem, setProblem] = useState<string | null>(null)
  const asked = useRef(0)

  const take = useCallback((rows: readonly ConflictRow[]) => {
    setListed((before) => ({ ...before, rows: updated(before.rows, rows) }))
  }, [])
  const here = useRef<readonly ConflictRow[]>([])
  here.current = listed.rows

  const load = useCallback(
    async (cursor: string | null, kept: boolean) => {
      asked.current += 1
      const turn = asked.current
      setLoading(true)
      try {
        const page = await api.conflicts.list({ state: STATES[show], ...pageAfter(cursor) })
        if (turn !== asked.current) return
        setListed((before) => {
          if (cursor !== null) return { ...before, rows: [...before.rows, ...page.items], next: page.next_cursor }
          return kept && before.rows.length > 0
            ? refreshed(before, page.items)
            : { rows: page.items, next: page.next_cursor, fresh: [] }
        })
        setProblem(null)
        if (cursor !== null || !kept) return
        for (const id of missingFrom(page, here.current, STATES[show])) take([await api.conflicts.get(id)])
      } catch (error) {
        if (turn === asked.current) setProblem((error as Error).message)
      } finally {
        if (turn === asked.current) setLoading(false)
      }
    },
    [api, show, take],
  )
  useEffect(() => {
    setListed(NOTHING)
    void load(null, false)
  }, [load])
  const isFirst = useRef(true)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of a store says that the list is stale
  useEffect(() => {
    if (!isFirst.current && isLive) void load(null, true)
    isFirst.current = false
  }, [load, change, isLive])

  const { next } = listed
  return {
    rows: listed.rows,
    fresh: listed.fresh.length,
    showFresh: () => setListed((before) => ({ ...before, rows: [...before.fresh, ...before.rows], fresh: [] })),
    isLoading,
    problem,
    loadMore: next === null ? null : () => void load(next, true),
    reload: () => void load(null, true),
    take,
  }
}

function refreshed(before: Listed, first: readonly ConflictRow[]): Listed {
  const known = new Set(before.rows.map(({ id }) => id))
  return { ...before, rows: updated(before.rows, first), fresh: first.filter(({ id }) => !known.has(id)) }
}

/** The same rows as they are now. An answer that was on its way while something was decided is older than what is here. */
function updated(rows: readonly ConflictRow[], answer: readonly ConflictRow[]): ConflictRow[] {
  const byId = new Map(answer.map((row) => [row.id, row]))
  return rows.map((row) => {
    const other = byId.get(row.id)
    return other !== undefined && other.updated_at >= row.updated_at ? other : row
  })
}

/**
 * Which of the rows are to be asked for by themselves: those that should be on a first page and are not, because somebody else decided them
 * or took a decision back; and those that waited for a run, which may have ended.
 */
function missingFrom(
  { items, next_cursor }: Page<ConflictRow>,
  rows: readonly ConflictRow[],
  states: readonly ConflictState[],
): string[] {
  const shown = new Set(items.map(({ id }) => id))
  const oldest = next_cursor === null ? '' : (items.at(-1)?.created_at ?? '')
  const isStale = (row: ConflictRow) =>
    (states.includes(row.state) && row.created_at > oldest) || (row.state === 'resolved' && row.applied_at === null)
  return rows.filter((row) => !shown.has(row.id) && isStale(row)).map(({ id }) => id)
}
