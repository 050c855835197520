export { type BindOptions, bindClient, type DispatchTarget } from './bind-client.ts'
export { type SyncStatusRootState, selectSyncStatus, syncStatusSelectors } from './root-selectors.ts'
export {
  endedPruned,
  framesApplied,
  incrementReconnectAttempts,
  metricsUpdated,
  operationsReceived,
  operationUpdated,
  resetReconnectAttempts,
  setConnectionStatus,
  syncStatusReducer,
  systemHealthUpdated,
} from './sync-status-actions.ts'
export { syncStatusSlice } from './sync-status-slice.ts'
