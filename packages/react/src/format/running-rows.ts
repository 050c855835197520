import type { SyncStatusState } from '@syncwatch/client'
import { isEnded, type OperationRow } from '@syncwatch/core'

/** How long an ended operation stays where it ran, so that its result can be read. */
export const ENDED_STAYS_MS = 5000

/** A place in the list of what runs. */
export interface RunningPlace {
  id: string
  /** When an ended one goes, in monotonic milliseconds; null while it is open. */
  leavesAt: number | null
}

/** What the next arrangement is made from. */
export interface RunningInput {
  state: SyncStatusState
  now: number
  limit: number
  /** Somebody points into the list or has the focus there: nothing may go or move. */
  isHeld: boolean
}

/**
 * The places after the ones before: who is there keeps their place, ended ones for 5 s more, and the oldest open ones come in at the
 * end. Returns the very same array when nothing changed.
 */
export function arrangeRunning(before: readonly RunningPlace[], input: RunningInput): readonly RunningPlace[] {
  const { state, limit } = input
  const kept = before.flatMap((place) => keep(place, input) ?? [])
  const taken = new Set(kept.map(({ id }) => id))
  const free = Math.max(0, limit - kept.length)
  const added = state.openIds.filter((id) => !taken.has(id)).slice(0, free)
  const after = [...kept, ...added.map((id) => ({ id, leavesAt: null }))]
  return after.length === before.length && after.every((place, index) => place === before[index]) ? before : after
}

function keep(place: RunningPlace, { state, now, isHeld }: RunningInput): RunningPlace | null {
  const row = state.operations[place.id]
  if (!row) return null
  if (!isEnded(row.status)) return place.leavesAt === null ? place : { id: place.id, leavesAt: null }
  if (place.leavesAt === null) return { id: place.id, leavesAt: now + ENDED_STAYS_MS }
  return place.leavesAt > now || isHeld ? place : null
}

/** In how many milliseconds the next ended one goes; null when none is there, or when they are held. */
export function nextLeaveIn(places: readonly RunningPlace[], now: number): number | null {
  const times = places.flatMap(({ leavesAt }) => leavesAt ?? [])
  return times.length === 0 ? null : Math.max(0, Math.min(...times) - now)
}

export function rowsAt(state: SyncStatusState, places: readonly RunningPlace[]): OperationRow[] {
  return places.flatMap(({ id }) => state.operations[id] ?? [])
}
