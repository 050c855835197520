import type { MachineEffect, MachineEvent, Step, StepContext } from './machine-event.ts'
import type { MachineState } from './machine-state.ts'
import { HIDDEN_HZ, PING_MS, PONG_MS, PROBE_MS, VISIBLE_HZ } from './timings.ts'
import { beginAttempt, CLOSE, fail, SILENT, to } from './transitions.ts'

type Connected = Extract<MachineState, { name: 'connected' }>

const PING: MachineEffect = { type: 'ping' }

/** There is a session. */
export function stepConnected(state: Connected, event: MachineEvent, context: StepContext): Step<MachineState> {
  const { memory } = state
  switch (event.type) {
    case 'closed':
      return fail(memory, event.reason, context)
    case 'reopen': {
      const next = beginAttempt(memory, context, true)
      return to(next.state, CLOSE, ...next.effects)
    }
    case 'pong':
      return to({ ...state, pongDueAt: null })
    case 'time':
      return onTime(state, context)
    case 'hidden':
      return to(state, { type: 'pace', maxHz: HIDDEN_HZ })
    case 'visible':
      return probe(state, context, { type: 'pace', maxHz: VISIBLE_HZ })
    case 'woke':
    case 'online':
    case 'offline':
    case 'pageshow':
      return probe(state, context)
  }
  return to(state)
}

/** Asks whether the other side is still there, and believes no silence longer than the probe's. */
function probe(state: Connected, { now }: StepContext, ...effects: MachineEffect[]): Step<MachineState> {
  return to({ ...state, nextPingAt: now + PING_MS, pongDueAt: now + PROBE_MS }, ...effects, PING)
}

function onTime(state: Connected, context: StepContext): Step<MachineState> {
  const { now } = context
  const { pongDueAt, nextPingAt } = state
  if (pongDueAt !== null && now >= pongDueAt) return fail(state.memory, SILENT, context, CLOSE)
  const memory = now >= state.stableAt ? { ...state.memory, failures: 0 } : state.memory
  if (now < nextPingAt) return to({ ...state, memory })
  return to({ ...state, memory, nextPingAt: now + PING_MS, pongDueAt: pongDueAt ?? now + PONG_MS }, PING)
}
