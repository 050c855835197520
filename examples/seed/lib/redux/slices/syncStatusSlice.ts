export {
  incrementReconnectAttempts,
  setConnectionStatus,
  syncStatusReducer,
  syncStatusSlice,
} from '@syncwatch/client/redux'
