import type { TransportName } from '../transport/transport.ts'

/** What the machine remembers in every state. Times are monotonic milliseconds. */
export interface Memory {
  /** The transports there are, the preferred one first. */
  readonly transports: readonly TransportName[]
  readonly transport: TransportName
  /** Attempts in a row that failed; 0 again once a session has held for 5 s. */
  readonly failures: number
  /** Attempts in a row of this transport that ended before it opened. */
  readonly unopened: number
  /** Some transport has opened once: since then no other one is tried. */
  readonly hasOpened: boolean
  readonly hasConnected: boolean
  /** Since when there is no session; null while there is one, and before the first attempt. */
  readonly lostAt: number | null
  readonly isOnline: boolean
  readonly isVisible: boolean
  /** The host said "offline" while we were connected, so it does not know. */
  readonly isOnlineUnreliable: boolean
  readonly lastError: { readonly code: string; readonly message: string } | null
}

export type MachineState =
  | { readonly name: 'idle'; readonly memory: Memory; readonly wasStopped: boolean }
  | {
      readonly name: 'connecting'
      readonly memory: Memory
      /** Neither an open transport, nor `welcome`, nor `ready` by then is a failure. */
      readonly deadline: number
      /** A session that works is replaced by one with other topics: nobody is told of it. */
      readonly isPlanned: boolean
    }
  | {
      readonly name: 'connected'
      readonly memory: Memory
      readonly stableAt: number
      readonly nextPingAt: number
      /** An answer is awaited until then; null when none is. */
      readonly pongDueAt: number | null
    }
  | {
      readonly name: 'reconnecting'
      readonly memory: Memory
      readonly retryAt: number
      /** The server asked not to be tried before this; hints keep to it, people need not. */
      readonly notBefore: number
    }
  | {
      readonly name: 'paused'
      readonly memory: Memory
      /** Offline, it is tried now and then all the same; null for a page that was put away. */
      readonly retryAt: number | null
    }
  | { readonly name: 'error'; readonly memory: Memory }

export type MachineStateName = MachineState['name']

export interface InitialFacts {
  readonly transports: readonly [TransportName, ...TransportName[]]
  readonly isOnline: boolean
  readonly isVisible: boolean
}

export function initialMachineState({ transports, isOnline, isVisible }: InitialFacts): MachineState {
  const memory: Memory = {
    transports,
    transport: transports[0],
    failures: 0,
    unopened: 0,
    hasOpened: false,
    hasConnected: false,
    lostAt: null,
    isOnline,
    isVisible,
    isOnlineUnreliable: false,
    lastError: null,
  }
  return { name: 'idle', memory, wasStopped: false }
}
