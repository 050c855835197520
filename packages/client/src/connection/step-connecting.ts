import type { MachineEvent, Step, StepContext } from './machine-event.ts'
import type { MachineState } from './machine-state.ts'
import { CONNECT_MS, HIDDEN_HZ, PING_MS, PONG_MS, STABLE_MS } from './timings.ts'
import { CLOSE, fail, SILENT, to, unopened } from './transitions.ts'

type Connecting = Extract<MachineState, { name: 'connecting' }>

/** An attempt is under way. */
export function stepConnecting(state: Connecting, event: MachineEvent, context: StepContext): Step<MachineState> {
  const memory = unopened(state.memory)
  switch (event.type) {
    case 'opened':
      return to({
        ...state,
        deadline: context.now + CONNECT_MS,
        memory: { ...state.memory, hasOpened: true, unopened: 0 },
      })
    case 'ready':
      return ready(state, context)
    case 'closed':
      return fail(memory, event.reason, context)
    case 'time':
      if (context.now >= state.deadline) return fail(memory, SILENT, context, CLOSE)
  }
  return to(state)
}

function ready({ memory }: Connecting, { now }: StepContext): Step<MachineState> {
  return to(
    {
      name: 'connected',
      memory: {
        ...memory,
        hasConnected: true,
        lostAt: null,
        lastError: null,
        isOnlineUnreliable: memory.isOnlineUnreliable || !memory.isOnline,
      },
      stableAt: now + STABLE_MS,
      nextPingAt: now + PING_MS,
      pongDueAt: now + PONG_MS,
    },
    { type: 'ping' },
    ...(memory.isVisible ? [] : [{ type: 'pace' as const, maxHz: HIDDEN_HZ }]),
  )
}
