import { reduce, type SyncClient, type SyncStatusState } from '@syncwatch/client'
import { NOW } from './fixture-states.ts'

/** A client without a server: it holds the state that it is given, and notes what it is told to do. */
export interface FixtureClient extends SyncClient {
  setState(state: SyncStatusState): void
  readonly calls: string[]
  readonly listeners: number
}

export function fixtureClient(initial: SyncStatusState): FixtureClient {
  let state = initial
  const listeners = new Set<() => void>()
  const calls: string[] = []
  const setState = (next: SyncStatusState) => {
    state = next
    for (const listener of listeners) listener()
  }
  const act = (action: string) => async (id: string) => {
    calls.push(`${action} ${id}`)
    throw new Error('It has ended already.')
  }
  const http = {
    status: async () => ({ metrics: state.metrics }),
    operations: { cancel: act('cancel'), retry: act('retry') },
  }
  return {
    clientId: 'fixture',
    http: http as unknown as SyncClient['http'],
    calls,
    get listeners() {
      return listeners.size
    },
    getState: () => state,
    setState,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start: () => void calls.push('start'),
    stop: () => void calls.push('stop'),
    retryNow: () => void calls.push('retryNow'),
    follow: () => () => {},
    apply: (event) => setState(reduce(state, event)),
    on: () => () => {},
  }
}

/** Real waits at a time of day that stands still, so that every rendering says the same. */
export const stillClock = {
  now: () => NOW,
  monotonic: () => performance.now(),
  setTimeout: (callback: () => void, milliseconds: number) => {
    const timer = setTimeout(callback, milliseconds)
    return { cancel: () => clearTimeout(timer), unref: () => {} }
  },
}
