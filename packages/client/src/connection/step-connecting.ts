import type { MachineEvent, Step, StepContext } from './machine-event.ts'
import type { MachineState } from './machine-state.ts'
import { PACE, TIMINGS } from './timings.ts'
import { fail, pausedPage, refuse, unopened } from './transitions.ts'

type Connecting = Extract<MachineState, { name: 'connecting' }>

/** An attempt is under way. */
export function stepConnecting(state: Connecting, event: MachineEvent, context: StepContext): Step<MachineState> {
  const { now } = context
  const memory = state.hasOpened ? state.memory : unopened(state.memory)
  switch (event.type) {
    case 'opened':
      return {
        state: { ...state, hasOpened: true, memory: { ...state.memory, hasOpened: true, unopened: 0 } },
        effects: [],
      }
    case 'welcomed':
      return welcomed(state, now)
    case 'closed':
      return fail(memory, event.reason, context)
    case 'refused':
      return refuse(state.memory, event, now)
    case 'pagehide':
      return { state: pausedPage(state.memory, now), effects: [{ type: 'close' }] }
    case 'time':
      if (now < state.deadline) break
      return fail(memory, { code: 'timeout', message: 'The server did not answer in time.' }, context, [
        { type: 'close' },
      ])
  }
  return { state, effects: [] }
}

function welcomed({ memory }: Connecting, now: number): Step<MachineState> {
  const next: MachineState = {
    name: 'connected',
    memory: {
      ...memory,
      hasOpened: true,
      hasConnected: true,
      unopened: 0,
      lostAt: null,
      lastError: null,
      isOnlineUnreliable: memory.isOnlineUnreliable || !memory.isOnline,
    },
    stableAt: now + TIMINGS.stable,
    nextPingAt: now + TIMINGS.ping,
    pongDueAt: now + TIMINGS.pong,
  }
  const effects = [{ type: 'ping' as const }]
  return { state: next, effects: memory.isVisible ? effects : [...effects, { type: 'pace', maxHz: PACE.hidden }] }
}
