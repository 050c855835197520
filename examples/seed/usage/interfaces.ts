import type * as library from '@syncwatch/status'

// Real-time sync status updates
interface SyncStatusUpdate {
  operation_id: string
  operation_type: 'upload' | 'delete' | 'update' | 'full_sync' | 'webhook'
  status: 'pending' | 'in_progress' | 'completed' | 'failed' | 'cancelled'
  progress: number
  message?: string
  timestamp: string
  // biome-ignore lint/suspicious/noExplicitAny: as it is written there
  performance_data?: Record<string, any>
}

// Connection health tracking
interface ConnectionStatus {
  status: 'connected' | 'disconnected' | 'reconnecting' | 'error'
  lastPing: string
  latency: number
  reconnectAttempts: number
}

// Real-time performance metrics
interface PerformanceMetrics {
  totalOperations: number
  successRate: number
  avgDuration: number
  peakConcurrency: number
  errorRate: number
}

/** True for two types that are the same in every position, `any` included. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

// Each line fails to compile unless the library's shape is the one above.
export const update: Same<SyncStatusUpdate, library.SyncStatusUpdate> = true
export const connection: Same<ConnectionStatus, library.ConnectionStatus> = true
export const metrics: Same<PerformanceMetrics, library.PerformanceMetrics> = true

/** Assignable both ways as well. */
export const there = (ours: SyncStatusUpdate): library.SyncStatusUpdate => ours
export const back = (theirs: library.SyncStatusUpdate): SyncStatusUpdate => theirs
