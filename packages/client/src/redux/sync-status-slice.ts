import { createSlice, current, isDraft, type PayloadAction } from '@reduxjs/toolkit'
import {
  type HealthReport,
  type OperationRow,
  type PerformanceMetrics,
  type SyncStatusUpdate,
  systemClock,
} from '@syncwatch/core'
import { initialSyncStatusState } from '../state/initial-state.ts'
import { reduce } from '../state/reduce.ts'
import type { SyncStatusEvent } from '../state/sync-status-event.ts'
import type { ConnectionState, SyncStatusState } from '../state/sync-status-state.ts'

/** Reduces outside Immer: the reducer is pure and keeps identities, so nothing has to be drafted row by row. */
function plain(state: SyncStatusState, event: SyncStatusEvent): SyncStatusState {
  return reduce(isDraft(state) ? current(state) : state, event)
}

const stamp = <Payload>(payload: Payload, at?: string) => ({
  payload,
  meta: { at: at ?? new Date(systemClock().now()).toISOString() },
})
type Stamped<Payload> = PayloadAction<Payload, string, { at: string }>

/** The live state as a slice of a Redux store. Put its reducer under `syncStatus`. */
export const syncStatusSlice = createSlice({
  name: 'syncStatus',
  initialState: () => initialSyncStatusState(),
  reducers: {
    /** Changes some of the connection, such as `{ status: 'reconnecting' }`. */
    setConnectionStatus: (state, { payload }: PayloadAction<Partial<ConnectionState>>) =>
      plain(state, { type: 'connection', connection: payload }),
    incrementReconnectAttempts: (state) =>
      plain(state, {
        type: 'connection',
        connection: { reconnectAttempts: state.connection.reconnectAttempts + 1 },
      }),
    resetReconnectAttempts: (state) => plain(state, { type: 'connection', connection: { reconnectAttempts: 0 } }),
    /** Takes in one announcement of the seed's shape. */
    operationUpdated: (state, { payload }: PayloadAction<SyncStatusUpdate>) =>
      plain(state, { type: 'update', update: payload }),
    /** Takes in whole rows, for example a page of the HTTP list. */
    operationsReceived: {
      prepare: (operations: readonly OperationRow[], at?: string) => stamp(operations, at),
      reducer: (state, { payload, meta }: Stamped<readonly OperationRow[]>) =>
        plain(state, { type: 'operations', operations: payload, at: meta.at }),
    },
    systemHealthUpdated: {
      prepare: (health: HealthReport, at?: string) => stamp(health, at),
      reducer: (state, { payload, meta }: Stamped<HealthReport>) =>
        plain(state, { type: 'health', health: payload, at: meta.at }),
    },
    metricsUpdated: {
      prepare: (metrics: PerformanceMetrics, at?: string) => stamp(metrics, at),
      reducer: (state, { payload, meta }: Stamped<PerformanceMetrics>) =>
        plain(state, { type: 'metrics', metrics: payload, at: meta.at }),
    },
    /** What a client has applied since the last animation frame, in order. Dispatched by `bindClient`. */
    framesApplied: (state, { payload }: PayloadAction<readonly SyncStatusEvent[]>) => {
      const before = isDraft(state) ? current(state) : state
      return payload.reduce(reduce, before)
    },
    /** Drops operations that ended before an ISO time. */
    endedPruned: (state, { payload }: PayloadAction<string>) => plain(state, { type: 'prune', endedBefore: payload }),
  },
})

export const syncStatusReducer = syncStatusSlice.reducer
export const {
  setConnectionStatus,
  incrementReconnectAttempts,
  resetReconnectAttempts,
  operationUpdated,
  operationsReceived,
  systemHealthUpdated,
  metricsUpdated,
  framesApplied,
  endedPruned,
} = syncStatusSlice.actions
