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
  /** What ended last ended well; a tick for anything else would be empty praise. */
  endedWell: boolean
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
  { isWorking, hasProblem, endedWell, now }: FloatingInput,
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
  const tickLeft = memory.phase === 'done' ? Math.max(0, DONE_FOR_MS - shownFor) : 0
  if (workSince !== null) {
    const wait = memory.phase === 'working' ? 0 : Math.max(0, workSince + APPEAR_AFTER_MS - now)
    if (wait === 0) return enter('working', null)
    return tickLeft > 0 ? enter('done', Math.min(wait, tickLeft)) : enter('hidden', wait)
  }
  if (memory.phase === 'working') {
    if (shownFor < SHOWN_AT_LEAST_MS) return enter('working', SHOWN_AT_LEAST_MS - shownFor)
    return endedWell ? enter('done', DONE_FOR_MS) : enter('hidden', null)
  }
  return tickLeft > 0 ? enter('done', tickLeft) : enter('hidden', null)
}
