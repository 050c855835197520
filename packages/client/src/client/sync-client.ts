import type { OperationFilter } from '@syncwatch/core'
import type { HttpClient } from '../http/http-client.ts'
import type { SyncStatusEvent } from '../state/sync-status-event.ts'
import type { SyncStatusState } from '../state/sync-status-state.ts'
import type { SyncClientEvents } from './sync-client-events.ts'

/** Anything whose state can be watched: a client, a Redux store behind a selector, a test. */
export interface StateSource {
  getState(): SyncStatusState
  /** Calls back after each change. Returns the way to stop. */
  subscribe(listener: () => void): () => void
}

/** A live connection to a Syncwatch server and what it knows. Idle until `start`. */
export interface SyncClient extends StateSource {
  readonly clientId: string
  readonly http: HttpClient
  /** Connects and keeps connected. Idempotent; after `stop` it starts again where it was. */
  start(): void
  /** Ends the connection and every timer. The state stays readable. Idempotent. */
  stop(): void
  /** Tries at once, whatever the wait; leaves the state `error` too. */
  retryNow(): void
  /**
   * Follows one more topic, and returns the way to stop. A topic that is followed twice is followed once on the wire: with the
   * filter where all followers gave the same one, else without.
   */
  follow(topic: string, filter?: OperationFilter): () => void
  /** Merges something that came another way, for example a row that an HTTP call returned. */
  apply(event: SyncStatusEvent): void
  /** Returns the way to stop listening. */
  on<Name extends keyof SyncClientEvents>(name: Name, listener: (event: SyncClientEvents[Name]) => void): () => void
}
