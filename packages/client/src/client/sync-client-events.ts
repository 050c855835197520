import type { DownFrame, OperationRow } from '@syncwatch/core'
import type { SyncStatusEvent } from '../state/sync-status-event.ts'
import type { ConnectionState } from '../state/sync-status-state.ts'

/** What a client tells its listeners, by name. */
export interface SyncClientEvents {
  /** Every event that was reduced into the state, in order: reduce the same ones and you hold the same state. */
  applied: SyncStatusEvent
  /** A frame of the server, before it is applied. */
  frame: DownFrame
  /** The connection as people are shown it, whenever it changed. */
  connection: ConnectionState
  /** An operation reached its end while we were watching. */
  ended: OperationRow
  /** After three failures everything is set up anew: cursors dropped, the status read over HTTP, a new session. */
  reinitialised: { attempt: number }
  /** A topic was out of step and a new snapshot was asked for. */
  resnapshot: { topic: string }
  /** Something failed that is not a lost connection, such as a refused frame or a failed ticket request. */
  problem: { code: string; message: string }
}
