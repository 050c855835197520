import type { ConnectionState } from '../state/sync-status-state.ts'
import type { MachineState } from './machine-state.ts'
import { LOST_MS } from './timings.ts'

/** The same moment on both clocks, in milliseconds. */
export interface Instant {
  readonly wall: number
  readonly monotonic: number
}

export type PresentedConnection = Pick<
  ConnectionState,
  'status' | 'isInitial' | 'isLost' | 'reconnectAttempts' | 'nextAttemptAt' | 'error'
>

/** What people are shown of the machine. */
export function presentConnection(state: MachineState, { wall, monotonic }: Instant): PresentedConnection {
  const { memory } = state
  return {
    status: statusOf(state),
    isInitial: !memory.hasConnected && memory.failures === 0 && !(state.name === 'idle' && state.wasStopped),
    isLost: isLost(state, monotonic),
    reconnectAttempts: state.name === 'connected' ? 0 : memory.failures,
    nextAttemptAt: 'retryAt' in state && state.retryAt !== null ? Math.round(wall + state.retryAt - monotonic) : null,
    error: memory.lastError,
  }
}

function statusOf(state: MachineState): ConnectionState['status'] {
  switch (state.name) {
    case 'idle':
    case 'paused':
      return 'disconnected'
    case 'connecting':
      if (state.isPlanned) return 'connected'
      return state.memory.hasConnected || state.memory.failures > 0 ? 'reconnecting' : 'disconnected'
    case 'connected':
    case 'reconnecting':
    case 'error':
      return state.name
  }
}

/** Ended for good is lost at once; a gap only when it lasts, so that nothing flickers. */
function isLost(state: MachineState, now: number): boolean {
  if (state.name === 'error') return true
  if (state.name === 'idle') return state.wasStopped
  return state.memory.lostAt !== null && now - state.memory.lostAt >= LOST_MS
}
