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
  syncStatusSlice,
  systemHealthUpdated,
} from './sync-status-slice.ts'
