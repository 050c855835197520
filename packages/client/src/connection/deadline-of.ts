import type { MachineState } from './machine-state.ts'
import { LOST_MS } from './timings.ts'

/** When the machine, or what is shown of it, changes by itself next: monotonic milliseconds; `Infinity` when it never does. */
export function deadlineOf(state: MachineState, now: number): number {
  const { lostAt } = state.memory
  const shownAt = lostAt === null ? now : lostAt + LOST_MS
  return Math.min(shownAt > now ? shownAt : Infinity, ...ownDeadlines(state))
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
