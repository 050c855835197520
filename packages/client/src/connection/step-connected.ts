import type { MachineEffect, MachineEvent, Step, StepContext } from './machine-event.ts'
import type { MachineState } from './machine-state.ts'
import { PACE, TIMINGS } from './timings.ts'
import { beginAttempt, fail, pausedPage, refuse } from './transitions.ts'

type Connected = Extract<MachineState, { name: 'connected' }>

const SILENT = { code: 'timeout', message: 'The server stopped answering.' }

/** There is a session. */
export function stepConnected(state: Connected, event: MachineEvent, context: StepContext): Step<MachineState> {
  const { now } = context
  switch (event.type) {
    case 'closed':
      return fail(state.memory, event.reason, context)
    case 'refused':
      return refuse(state.memory, event, now)
    case 'reopen': {
      const next = beginAttempt(state.memory, context, true)
      return { state: next.state, effects: [{ type: 'close' }, ...next.effects] }
    }
    case 'pong':
      return { state: { ...state, pongDueAt: null }, effects: [] }
    case 'time':
      return onTime(state, context)
    case 'pagehide':
      return { state: pausedPage(state.memory, now), effects: [{ type: 'close' }] }
    case 'hidden':
      return { state, effects: [{ type: 'pace', maxHz: PACE.hidden }] }
    case 'visible':
      return probe(state, now, [{ type: 'pace', maxHz: PACE.visible }])
    case 'woke':
    case 'online':
    case 'offline':
    case 'pageshow':
      return probe(state, now)
  }
  return { state, effects: [] }
}

/** Asks whether the other side is still there, and believes no silence longer than the probe's. */
function probe(state: Connected, now: number, effects: readonly MachineEffect[] = []): Step<MachineState> {
  const probing = { ...state, nextPingAt: now + TIMINGS.ping, pongDueAt: now + TIMINGS.probe }
  return { state: probing, effects: [...effects, { type: 'ping' }] }
}

function onTime(state: Connected, context: StepContext): Step<MachineState> {
  const { now } = context
  if (state.pongDueAt !== null && now >= state.pongDueAt)
    return fail(state.memory, SILENT, context, [{ type: 'close' }])
  const memory = now >= state.stableAt && state.memory.failures > 0 ? { ...state.memory, failures: 0 } : state.memory
  if (now < state.nextPingAt) return { state: { ...state, memory }, effects: [] }
  return {
    state: { ...state, memory, nextPingAt: now + TIMINGS.ping, pongDueAt: state.pongDueAt ?? now + TIMINGS.pong },
    effects: [{ type: 'ping' }],
  }
}
