import type { MachineEvent, Step, StepContext } from './machine-event.ts'
import type { MachineState } from './machine-state.ts'
import { PACE, TIMINGS } from './timings.ts'
import { CLOSE, fail, to, unopened } from './transitions.ts'

type Connecting = Extract<MachineState, { name: 'connecting' }>

const LATE = { code: 'timeout', message: 'The server did not answer in time.' }

/** An attempt is under way. */
export function stepConnecting(state: Connecting, event: MachineEvent, context: StepContext): Step<MachineState> {
  const memory = state.hasOpened ? state.memory : unopened(state.memory)
  switch (event.type) {
    case 'opened':
      return to({ ...state, hasOpened: true, memory: { ...state.memory, hasOpened: true, unopened: 0 } })
    case 'welcomed':
      return welcomed(state, context)
    case 'closed':
      return fail(memory, event.reason, context)
    case 'time':
      if (context.now >= state.deadline) return fail(memory, LATE, context, CLOSE)
  }
  return to(state)
}

function welcomed({ memory }: Connecting, { now }: StepContext): Step<MachineState> {
  return to(
    {
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
    },
    { type: 'ping' },
    ...(memory.isVisible ? [] : [{ type: 'pace' as const, maxHz: PACE.hidden }]),
  )
}
