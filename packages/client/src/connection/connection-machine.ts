import type { MachineEvent, Step, StepContext } from './machine-event.ts'
import type { MachineState } from './machine-state.ts'
import { stepConnected } from './step-connected.ts'
import { stepConnecting } from './step-connecting.ts'
import { stepWaiting } from './step-waiting.ts'
import { beginAttempt, remember } from './transitions.ts'

/**
 * The connection as a pure machine: state, event, now → state, effects.
 *
 *            start                 welcomed
 *   idle ───────────▶ connecting ───────────▶ connected
 *    ▲                  ▲  │  ▲                 │  │
 *    │ stop             │  │  └── reopen ───────┘  │ closed, no pong
 *    │ (from any)       │  │ closed, too late      │
 *    │                  │  ▼                       ▼
 *    │     time, hints, reconnecting(attempt) ◀────┘
 *    │     retry-now    │   │
 *    │                  │   │ offline, pagehide
 *    │     online,      │   ▼
 *    │     pageshow …   └─ paused            connecting, connected ── refused ──▶ error
 *    │                                       error ── retry-now ──▶ connecting
 *
 * An event that a state has no arrow for changes nothing but the memory of what the host said. Whoever runs it opens, closes and
 * pings as told, and sends `time` at `deadlineOf(state)`.
 */
export function step(state: MachineState, event: MachineEvent, context: StepContext): Step<MachineState> {
  const informed = remember(state, event)
  if (event.type === 'stop') return stop(informed)
  switch (informed.name) {
    case 'idle':
      return event.type === 'start' ? beginAttempt(informed.memory, context) : stay(informed)
    case 'connecting':
      return stepConnecting(informed, event, context)
    case 'connected':
      return stepConnected(informed, event, context)
    case 'reconnecting':
    case 'paused':
      return stepWaiting(informed, event, context)
    case 'error':
      return event.type === 'retry-now' ? beginAttempt(informed.memory, context) : stay(informed)
  }
}

function stop(state: MachineState): Step<MachineState> {
  if (state.name === 'idle') return stay(state)
  const hasSession = state.name === 'connecting' || state.name === 'connected'
  const memory = { ...state.memory, failures: 0, unopened: 0, lostAt: null, lastError: null }
  return { state: { name: 'idle', memory, wasStopped: true }, effects: hasSession ? [{ type: 'close' }] : [] }
}

function stay(state: MachineState): Step<MachineState> {
  return { state, effects: [] }
}
