import type { MachineEvent, Step, StepContext } from './machine-event.ts'
import type { MachineState } from './machine-state.ts'
import { stepConnected } from './step-connected.ts'
import { stepConnecting } from './step-connecting.ts'
import { stepWaiting } from './step-waiting.ts'
import { beginAttempt, CLOSE, pausedPage, refuse, remember, to } from './transitions.ts'

/**
 * The connection as a pure machine: state, event, now → state, effects.
 *
 *            start                  ready
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
export function step(before: MachineState, event: MachineEvent, context: StepContext): Step<MachineState> {
  const state = remember(before, event)
  const { name, memory } = state
  const hasSession = name === 'connecting' || name === 'connected'
  if (event.type === 'stop') return stop(state)
  if (hasSession && event.type === 'refused') return refuse(memory, event, context.now)
  if (hasSession && event.type === 'pagehide') return to(pausedPage(memory, context.now), CLOSE)
  switch (name) {
    case 'idle':
      return event.type === 'start' ? beginAttempt(memory, context) : to(state)
    case 'connecting':
      return stepConnecting(state, event, context)
    case 'connected':
      return stepConnected(state, event, context)
    case 'reconnecting':
    case 'paused':
      return stepWaiting(state, event, context)
    case 'error':
      return event.type === 'retry-now' ? beginAttempt(memory, context) : to(state)
  }
}

function stop(state: MachineState): Step<MachineState> {
  if (state.name === 'idle') return to(state)
  const memory = { ...state.memory, failures: 0, unopened: 0, lostAt: null, lastError: null }
  return to({ name: 'idle', memory, wasStopped: true }, CLOSE)
}
