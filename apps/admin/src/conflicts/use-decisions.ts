import type { ConflictResolution, ConflictRow } from '@syncwatch/core'
import { useCallback, useState } from 'react'
import { useMedia } from '../media/media-context.ts'

const AT_ONCE = 500

export interface Decisions {
  busy: ReadonlySet<string>
  /** Why the last decision about a conflict was refused, by its id. */
  refusals: ReadonlyMap<string, string>
  /** Resolves to those that were decided. */
  decide: (ids: readonly string[], resolution: ConflictResolution) => Promise<ConflictRow[]>
  undo: (ids: readonly string[]) => Promise<void>
}

/** Decides conflicts and takes decisions back; what the server answers is shown, and nothing before. */
export function useDecisions(take: (rows: readonly ConflictRow[]) => void): Decisions {
  const { api, refreshAttention } = useMedia()
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set())
  const [refusals, setRefusals] = useState<ReadonlyMap<string, string>>(new Map())

  const during = useCallback(
    async <Answer>(ids: readonly string[], work: (refuse: (id: string, why: string) => void) => Promise<Answer>) => {
      const refuse = (id: string, why: string) => setRefusals((before) => new Map(before).set(id, why))
      setBusy((before) => new Set([...before, ...ids]))
      setRefusals((before) => new Map([...before].filter(([id]) => !ids.includes(id))))
      try {
        return await work(refuse)
      } finally {
        setBusy((before) => new Set([...before].filter((id) => !ids.includes(id))))
        refreshAttention()
      }
    },
    [refreshAttention],
  )
  const decide: Decisions['decide'] = (ids, resolution) =>
    during(ids, async (refuse) => {
      const decided: ConflictRow[] = []
      for (let start = 0; start < ids.length; start += AT_ONCE) {
        const part = ids.slice(start, start + AT_ONCE)
        try {
          const { resolved, failed } = await api.conflicts.resolve(part, resolution)
          decided.push(...resolved)
          take(resolved)
          for (const { id, message } of failed) refuse(id, message)
        } catch (error) {
          for (const id of part) refuse(id, (error as Error).message)
        }
      }
      return decided
    })
  const undo: Decisions['undo'] = (ids) =>
    during(ids, async (refuse) => {
      for (const id of ids) {
        try {
          take([await api.conflicts.undo(id)])
        } catch (error) {
          refuse(id, (error as Error).message)
        }
      }
    })
  return { busy, refusals, decide, undo }
}
