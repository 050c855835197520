import { syncStatusSlice } from './sync-status-slice.ts'

// Beside the slice and not in it: whoever uses none of these by name does not carry them.
export const syncStatusReducer = syncStatusSlice.reducer

const { actions } = syncStatusSlice
export const setConnectionStatus = actions.setConnectionStatus
export const incrementReconnectAttempts = actions.incrementReconnectAttempts
export const resetReconnectAttempts = actions.resetReconnectAttempts
export const operationUpdated = actions.operationUpdated
export const operationsReceived = actions.operationsReceived
export const systemHealthUpdated = actions.systemHealthUpdated
export const metricsUpdated = actions.metricsUpdated
export const framesApplied = actions.framesApplied
export const endedPruned = actions.endedPruned
