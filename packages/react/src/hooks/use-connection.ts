'use client'
import type { ConnectionState, SyncStatusState } from '@syncwatch/client'
import { useSyncState } from './use-sync-state.ts'

const connectionOf = (state: SyncStatusState): ConnectionState => state.connection

/** The connection: status, latency in milliseconds, attempts, and when the next one starts. */
export function useConnection(): ConnectionState {
  return useSyncState(connectionOf)
}
