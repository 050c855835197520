import type { EnvironmentEvent } from '../environment/environment.ts'
import type { TransportClose, TransportName } from '../transport/transport.ts'

/** Everything that the machine reacts to. */
export type MachineEvent =
  | { readonly type: 'start' | 'stop' | 'retry-now' }
  /** The attempt goes well: its transport opened, or it was made welcome. Then what it began with is in. */
  | { readonly type: 'opened' | 'ready' | 'pong' }
  /** The session ended, or an attempt failed. */
  | { readonly type: 'closed'; readonly reason: TransportClose }
  /** The server, or our own check, says that trying again is of no use. */
  | { readonly type: 'refused'; readonly code: string; readonly message: string }
  /** The session works but must be opened anew, for other topics or because it is out of step. */
  | { readonly type: 'reopen' }
  /** The time of `deadlineOf` has come. */
  | { readonly type: 'time' }
  /** The machine slept, or its clock jumped: a socket that looks open may be long dead. */
  | { readonly type: 'woke' }
  | { readonly type: EnvironmentEvent }

export type MachineEventType = MachineEvent['type']

/** What the machine wants done, in order. */
export type MachineEffect =
  /** Begin an attempt. */
  | { readonly type: 'open'; readonly transport: TransportName }
  /** Forget the cursor, and read the status over HTTP until the next attempt. */
  | { readonly type: 'restart' }
  | { readonly type: 'close' }
  | { readonly type: 'ping' }
  | { readonly type: 'pace'; readonly maxHz: number }

/** What a step takes in besides state and event: monotonic milliseconds, and chance for the jitter. */
export interface StepContext {
  readonly now: number
  readonly random: { next(): number; uuid(): string }
}

export interface Step<State> {
  readonly state: State
  readonly effects: readonly MachineEffect[]
}
