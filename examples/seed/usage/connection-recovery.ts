import { configureStore } from '@reduxjs/toolkit'
import { incrementReconnectAttempts, setConnectionStatus, syncStatusReducer } from '@/lib/redux/slices/syncStatusSlice'

/**
 * The client reconnects by itself, with full jitter, and starts anew after three failures: an application needs none of this.
 * The actions are here for one that brings its own connection.
 */
export function createRecovery(initializeMonitoring: () => void) {
  const store = configureStore({ reducer: { syncStatus: syncStatusReducer } })
  const { dispatch } = store

  // Automatic reconnection with exponential backoff
  const handleConnectionLoss = () => {
    dispatch(setConnectionStatus({ status: 'reconnecting' }))
    dispatch(incrementReconnectAttempts())
    const { reconnectAttempts } = store.getState().syncStatus.connection

    if (reconnectAttempts >= 3) {
      initializeMonitoring() // Full reconnection
    }
  }
  return { store, handleConnectionLoss }
}
