import type { OperationStatus } from '../operation/operation-status.ts'
import { peakConcurrency, type Span } from './peak-concurrency.ts'
import type { MetricsReport, PerformanceMetrics } from './performance-metrics.ts'

/** An operation as metrics see it. Times are epoch milliseconds; null for what has not happened. */
export interface MeasuredOperation {
  readonly status: OperationStatus
  readonly operation_type: string
  readonly store_id: string | null
  readonly start: number | null
  readonly end: number | null
  readonly items: number
  readonly bytes: number
}

/** What is looked at, in epoch milliseconds: operations that ended after `from` and not after `to`. */
export interface MetricsWindow {
  readonly from: number
  readonly to: number
}

/**
 * Metrics over a window. Totals, rates, durations and throughput are of the operations given that ended within it; rates are of
 * those completed or failed, since a cancelled one neither succeeded nor failed, and 0 when there is none. Operations
 * that still run count for `peakConcurrency` alone. One that never started has no duration.
 */
export function computeMetrics(operations: readonly MeasuredOperation[], window: MetricsWindow): MetricsReport {
  const ended = operations.filter((operation) => endedWithin(operation, window))
  const durations = durationsOf(ended).sort((a, b) => a - b)
  const seconds = Math.max(0, window.to - window.from) / 1_000
  const perSecond = (amount: number) => (seconds === 0 ? 0 : amount / seconds)
  return {
    ...summary(operations, window),
    p50Duration: percentile(durations, 0.5),
    p95Duration: percentile(durations, 0.95),
    itemsPerSecond: perSecond(sum(ended.map((operation) => operation.items))),
    bytesPerSecond: perSecond(sum(ended.map((operation) => operation.bytes))),
    window_seconds: seconds,
    by_type: groups(operations, window, (operation) => operation.operation_type),
    by_store: groups(operations, window, (operation) => operation.store_id),
  }
}

function summary(operations: readonly MeasuredOperation[], window: MetricsWindow): PerformanceMetrics {
  const ended = operations.filter((operation) => endedWithin(operation, window))
  const completed = ended.filter((operation) => operation.status === 'completed').length
  const failed = ended.filter((operation) => operation.status === 'failed').length
  const durations = durationsOf(ended)
  return {
    totalOperations: ended.length,
    successRate: share(completed, completed + failed),
    avgDuration: share(sum(durations), durations.length),
    peakConcurrency: peakConcurrency(operations.flatMap((operation) => spanWithin(operation, window))),
    errorRate: share(failed, completed + failed),
  }
}

function groups(
  operations: readonly MeasuredOperation[],
  window: MetricsWindow,
  nameOf: (operation: MeasuredOperation) => string | null,
): Record<string, PerformanceMetrics> {
  const byName = new Map<string, MeasuredOperation[]>()
  for (const operation of operations) {
    const name = nameOf(operation)
    if (name === null) continue
    const group = byName.get(name)
    if (group === undefined) byName.set(name, [operation])
    else group.push(operation)
  }
  return Object.fromEntries([...byName].map(([name, group]) => [name, summary(group, window)]))
}

function endedWithin({ end }: MeasuredOperation, { from, to }: MetricsWindow): boolean {
  return end !== null && end > from && end <= to
}

/** The part of an operation's run that lies in the window. */
function spanWithin({ start, end }: MeasuredOperation, { from, to }: MetricsWindow): Span[] {
  if (start === null || start > to || (end !== null && end <= from)) return []
  const first = Math.max(start, from)
  return [{ start: first, end: Math.max(first, Math.min(end ?? to, to)) }]
}

function durationsOf(ended: readonly MeasuredOperation[]): number[] {
  return ended.flatMap(({ start, end }) => (start === null || end === null ? [] : [Math.max(0, end - start)]))
}

/** The smallest value that at least `share` of the sorted values do not exceed (nearest rank); null of none. */
export function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
