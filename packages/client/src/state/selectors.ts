import type { HealthReport, LiveRow, OperationRow } from '@syncwatch/core'
import type { ConnectionState, SyncStatusState } from './sync-status-state.ts'

export const selectConnection = (state: SyncStatusState): ConnectionState => state.connection
export const selectIsConnected = (state: SyncStatusState): boolean => state.connection.status === 'connected'

/** True while the server says that its own database is away: what it sends then is not confirmed by anything. */
export const selectIsDatabaseAway = (state: SyncStatusState): boolean =>
  state.health?.reasons.some(({ code }) => code === 'database_unavailable') ?? false

/** Whether what is held is the present. False from the first moment without a connection, and while the database is away. */
export const selectIsLive = (state: SyncStatusState): boolean =>
  state.connection.status === 'connected' && !state.connection.isLost && !selectIsDatabaseAway(state)

/** True when figures must be shown as history ("as of …"): the connection has been gone for 5 s, or ended for good. */
export const selectIsStale = (state: SyncStatusState): boolean => state.connection.isLost

export const selectSystemHealth = (state: SyncStatusState): HealthReport | null => state.health
export const selectLastUpdate = (state: SyncStatusState): string | null => state.lastUpdate

/** How many operations are open in truth, beyond those that are held. */
export const selectActiveOperationsCount = (state: SyncStatusState): number =>
  state.counts.pending + state.counts.in_progress

export const selectOperation = (state: SyncStatusState, id: string): OperationRow | undefined => state.operations[id]

/** The server's time, in epoch milliseconds, when the local clock says `localNow`. */
export const serverNow = (state: SyncStatusState, localNow: number): number =>
  localNow + state.connection.serverTimeOffset

const NO_ROWS: Readonly<Record<string, LiveRow>> = /* @__PURE__ */ Object.freeze({})

/** The rows of a further topic that somebody follows, by id. */
export const selectTopicRows = (state: SyncStatusState, topic: string): Readonly<Record<string, LiveRow>> =>
  state.topics[topic] ?? NO_ROWS
