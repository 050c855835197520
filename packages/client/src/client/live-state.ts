import type { Clock } from '@syncwatch/core'
import { reduce } from '../state/reduce.ts'
import type { SyncStatusEvent } from '../state/sync-status-event.ts'
import type { SyncStatusState } from '../state/sync-status-state.ts'
import { createEmitter, type Emitter } from './emitter.ts'
import type { SyncClientEvents } from './sync-client-events.ts'

interface ClientNotices extends SyncClientEvents {
  changed: undefined
}

/** What the client knows, and who is told when it changes. */
export interface LiveState extends Emitter<ClientNotices> {
  get(): SyncStatusState
  /** For how many milliseconds nothing of the server has changed here. */
  quietMs(): number
  apply(event: SyncStatusEvent): void
  /** Takes a state in that an event has been reduced to already. */
  commit(event: SyncStatusEvent, next: SyncStatusState): void
}

export function createLiveState(initial: SyncStatusState, clock: Clock): LiveState {
  let state = initial
  let changedAt = clock.monotonic()
  const { on, emit } = createEmitter<ClientNotices>()
  const commit: LiveState['commit'] = (event, next) => {
    const { connection } = state
    if (next === state) return
    state = next
    if (event.type !== 'connection') changedAt = clock.monotonic()
    emit('applied', event)
    if (next.connection !== connection) emit('connection', next.connection)
    emit('changed', undefined)
  }
  return {
    on,
    emit,
    get: () => state,
    quietMs: () => clock.monotonic() - changedAt,
    apply: (event) => commit(event, reduce(state, event)),
    commit,
  }
}
