import type { Verdict } from '@syncwatch/client'

/** What the floating indicator is about; `hidden` when there is nothing to say. */
export type FloatingPhase = 'hidden' | 'working' | 'done' | 'problem'

/** Work shorter than this is not shown at all. */
export const APPEAR_AFTER_MS = 400
/** What has appeared stays at least so long, so that nothing flashes. */
export const SHOWN_AT_LEAST_MS = 1000
/** How long the tick stays. */
export const DONE_FOR_MS = 3000

/** What the phase is computed from; times are milliseconds of one monotonic clock. */
export interface FloatingInput {
  isWorking: boolean
  /** An operation failed, or the connection is gone, and nobody has opened it yet. */
  hasProblem: boolean
  now: number
}

/** What has to be remembered between two looks. */
export interface FloatingMemory {
  phase: FloatingPhase
  /** Since when there is work; null when there is none. */
  workSince: number | null
  /** Since when the phase holds. */
  phaseSince: number
}

export const initialFloatingMemory: FloatingMemory = { phase: 'hidden', workSince: null, phaseSince: 0 }

/** The next phase, and in how many milliseconds to look again (null: only when something changes). */
export function nextFloatingPhase(
  memory: FloatingMemory,
  { isWorking, hasProblem, now }: FloatingInput,
): FloatingMemory & { lookAgainIn: number | null } {
  const workSince = isWorking ? (memory.workSince ?? now) : null
  const enter = (phase: FloatingPhase, lookAgainIn: number | null) => ({
    phase,
    workSince,
    phaseSince: phase === memory.phase ? memory.phaseSince : now,
    lookAgainIn,
  })
  if (hasProblem) return enter('problem', null)
  const shownFor = now - memory.phaseSince
  if (workSince !== null) {
    const wait = workSince + APPEAR_AFTER_MS - now
    if (memory.phase === 'hidden' && wait > 0) return enter('hidden', wait)
    return enter('working', null)
  }
  if (memory.phase === 'working') {
    return shownFor < SHOWN_AT_LEAST_MS ? enter('working', SHOWN_AT_LEAST_MS - shownFor) : enter('done', DONE_FOR_MS)
  }
  if (memory.phase === 'done' && shownFor < DONE_FOR_MS) return enter('done', DONE_FOR_MS - shownFor)
  return enter('hidden', null)
}

/** Verdicts that the floating indicator raises as a problem. */
export const isProblem = (kind: Verdict['kind']): boolean =>
  ['disconnected', 'reconnecting', 'unauthorised', 'critical', 'stalled'].includes(kind)
