import type { MachineState } from './machine-state.ts'
import { TIMINGS } from './timings.ts'

/** When the machine, or what is shown of it, changes by itself next: monotonic milliseconds; null when it never does. */
export function deadlineOf(state: MachineState, now: number): number | null {
  const times = [ownDeadline(state), lossShownAt(state, now)].filter((time) => time !== null)
  return times.length > 0 ? Math.min(...times) : null
}

function ownDeadline(state: MachineState): number | null {
  switch (state.name) {
    case 'idle':
    case 'error':
      return null
    case 'connecting':
      return state.deadline
    case 'connected': {
      const stable = state.memory.failures > 0 ? state.stableAt : Number.POSITIVE_INFINITY
      return Math.min(state.nextPingAt, state.pongDueAt ?? Number.POSITIVE_INFINITY, stable)
    }
    case 'reconnecting':
    case 'paused':
      return state.retryAt
  }
}

function lossShownAt({ memory }: MachineState, now: number): number | null {
  const at = memory.lostAt === null ? null : memory.lostAt + TIMINGS.lost
  return at !== null && at > now ? at : null
}
