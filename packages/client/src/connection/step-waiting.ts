import type { MachineEvent, Step, StepContext } from './machine-event.ts'
import type { MachineState } from './machine-state.ts'
import { beginAttempt, isTrulyOffline, pausedOffline, pausedPage, to } from './transitions.ts'

type Waiting = Extract<MachineState, { name: 'reconnecting' | 'paused' }>

/** There is no session, and none is being opened: between two attempts, or paused. */
export function stepWaiting(state: Waiting, event: MachineEvent, context: StepContext): Step<MachineState> {
  const { name, memory, retryAt } = state
  const { now } = context
  switch (event.type) {
    case 'retry-now':
      return beginAttempt(memory, context)
    case 'time':
      return retryAt !== null && now >= retryAt ? beginAttempt(memory, context) : to(state)
    case 'pagehide':
      return to(pausedPage(memory, now))
    case 'offline':
      return to(name === 'reconnecting' && isTrulyOffline(memory) ? pausedOffline(memory, now) : state)
    case 'pageshow':
      return hint(state, context)
    case 'online':
    case 'visible':
    case 'woke':
      // A page that was put away waits for its `pageshow`.
      return retryAt === null ? to(state) : hint(state, context)
  }
  return to(state)
}

/** A good moment to try, unless the server asked to be left alone or the host still says that there is no network. */
function hint(state: Waiting, context: StepContext): Step<MachineState> {
  const { memory, retryAt } = state
  if (state.name === 'reconnecting' && context.now < state.notBefore) {
    return to({ ...state, retryAt: Math.min(state.retryAt, state.notBefore) })
  }
  if (isTrulyOffline(memory)) return to(retryAt === null ? pausedOffline(memory, context.now) : state)
  return beginAttempt(memory, context)
}
