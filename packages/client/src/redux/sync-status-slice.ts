import { createSlice, current, isDraft, type PayloadAction } from '@reduxjs/toolkit'
import {
  type HealthReport,
  type OperationRow,
  type PerformanceMetrics,
  type SyncStatusUpdate,
  systemClock,
} from '@syncwatch/core'
import { isoTime } from '../environment/iso-time.ts'
import { applyUpdate } from '../state/apply-update.ts'
import { initialSyncStatusState } from '../state/initial-state.ts'
import { reduce } from '../state/reduce.ts'
import type { SyncStatusEvent } from '../state/sync-status-event.ts'
import type { ConnectionState, SyncStatusState } from '../state/sync-status-state.ts'

/** Reduces outside Immer: the reducer is pure and keeps identities, so nothing has to be drafted row by row. */
const plain = (state: SyncStatusState): SyncStatusState => (isDraft(state) ? current(state) : state)
const reduced = (state: SyncStatusState, event: SyncStatusEvent) => reduce(plain(state), event)

type Stamped<Payload> = PayloadAction<Payload, string, { at: string }>

/** An action that carries when it was made: a reducer must not look at a clock. */
const stamped = <Payload>(eventOf: (payload: Payload, at: string) => SyncStatusEvent) => ({
  prepare: (payload: Payload, at?: string) => ({ payload, meta: { at: at ?? isoTime(systemClock().now()) } }),
  reducer: (state: SyncStatusState, { payload, meta }: Stamped<Payload>) => reduced(state, eventOf(payload, meta.at)),
})

/** The live state as a slice of a Redux store. Put its reducer under `syncStatus`. */
export const syncStatusSlice = createSlice({
  name: 'syncStatus',
  initialState: () => initialSyncStatusState(),
  reducers: {
    /** Changes some of the connection, such as `{ status: 'reconnecting' }`. */
    setConnectionStatus: (state, { payload }: PayloadAction<Partial<ConnectionState>>) =>
      reduced(state, { type: 'connection', connection: payload }),
    incrementReconnectAttempts: (state) =>
      reduced(state, {
        type: 'connection',
        connection: { reconnectAttempts: state.connection.reconnectAttempts + 1 },
      }),
    resetReconnectAttempts: (state) => reduced(state, { type: 'connection', connection: { reconnectAttempts: 0 } }),
    /** Takes in one announcement of the seed's shape. */
    operationUpdated: (state, { payload }: PayloadAction<SyncStatusUpdate>) => applyUpdate(plain(state), payload),
    /** Takes in whole rows, for example a page of the HTTP list. */
    operationsReceived: stamped((operations: readonly OperationRow[], at) => ({ type: 'operations', operations, at })),
    systemHealthUpdated: stamped((health: HealthReport, at) => ({ type: 'health', health, at })),
    metricsUpdated: stamped((metrics: PerformanceMetrics, at) => ({ type: 'metrics', metrics, at })),
    /** What a client has applied since the last animation frame, in order. Dispatched by `bindClient`. */
    framesApplied: (state, { payload }: PayloadAction<readonly SyncStatusEvent[]>) =>
      payload.reduce(reduce, plain(state)),
    /** Drops operations that ended before an ISO time. */
    endedPruned: (state, { payload }: PayloadAction<string>) => reduced(state, { type: 'prune', endedBefore: payload }),
  },
})
