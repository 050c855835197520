import type { MachineState } from './machine-state.ts'
import { LOST_MS } from './timings.ts'

/** When the machine, or what is shown of it, changes by itself next: monotonic milliseconds; null when it never does. */
export function deadlineOf(state: MachineState, now: number): number | null {
  const { lostAt } = state.memory
  const shownAt = lostAt === null ? now : lostAt + LOST_MS
  const next = Math.min(shownAt > now ? shownAt : Infinity, ...ownDeadlines(state))
  return next < Infinity ? next : null
}

function ownDeadlines(state: MachineState): number[] {
  switch (state.name) {
    case 'idle':
    case 'error':
      return []
    case 'connecting':
      return [state.deadline]
    case 'connected':
      return [state.nextPingAt, state.pongDueAt ?? Infinity, state.memory.failures > 0 ? state.stableAt : Infinity]
    case 'reconnecting':
    case 'paused':
      return [state.retryAt ?? Infinity]
  }
}
