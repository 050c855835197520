import type { MachineEvent, Step, StepContext } from './machine-event.ts'
import type { MachineState } from './machine-state.ts'
import { beginAttempt, isTrulyOffline, pausedOffline, pausedPage } from './transitions.ts'

type Reconnecting = Extract<MachineState, { name: 'reconnecting' }>
type Paused = Extract<MachineState, { name: 'paused' }>

/** There is no session, and none is being opened: between two attempts, or paused. */
export function stepWaiting(
  state: Reconnecting | Paused,
  event: MachineEvent,
  context: StepContext,
): Step<MachineState> {
  const { now } = context
  switch (event.type) {
    case 'retry-now':
      return beginAttempt(state.memory, context)
    case 'time':
      return state.retryAt !== null && now >= state.retryAt ? beginAttempt(state.memory, context) : stay(state)
    case 'pagehide':
      return stay(pausedPage(state.memory, now))
    case 'offline':
      return stay(
        state.name === 'reconnecting' && isTrulyOffline(state.memory) ? pausedOffline(state.memory, now) : state,
      )
    case 'pageshow':
      return hint(state, context)
    case 'online':
    case 'visible':
    case 'woke':
      return state.name === 'paused' && state.why === 'page-hidden' ? stay(state) : hint(state, context)
  }
  return stay(state)
}

/** A good moment to try, unless the server asked to be left alone or the host still says that there is no network. */
function hint(state: Reconnecting | Paused, context: StepContext): Step<MachineState> {
  if (state.name === 'reconnecting' && context.now < state.notBefore) {
    return stay({ ...state, retryAt: Math.min(state.retryAt, state.notBefore) })
  }
  if (isTrulyOffline(state.memory)) {
    return stay(state.name === 'paused' && state.retryAt === null ? pausedOffline(state.memory, context.now) : state)
  }
  return beginAttempt(state.memory, context)
}

function stay(state: MachineState): Step<MachineState> {
  return { state, effects: [] }
}
