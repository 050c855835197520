/** How operations went over a window. Rates are 0 to 1, durations milliseconds. */
export interface PerformanceMetrics {
  totalOperations: number
  successRate: number
  avgDuration: number
  peakConcurrency: number
  errorRate: number
}

/** `PerformanceMetrics` with what the panel shows beside it. */
export interface MetricsReport extends PerformanceMetrics {
  p50Duration: number | null
  p95Duration: number | null
  /** Items a second over the window. */
  itemsPerSecond: number
  /** Bytes a second over the window. */
  bytesPerSecond: number
  window_seconds: number
  by_type: Record<string, PerformanceMetrics>
  by_store: Record<string, PerformanceMetrics>
}
