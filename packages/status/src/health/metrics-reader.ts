import { type Clock, computeMetrics, type MetricsReport, SyncwatchError } from '@syncwatch/core'
import { type MeasuredOperationRow, readMeasuredOperations } from '../queries/read-measured-operations.ts'
import type { StatusContext } from '../status-context.ts'

const METRICS_WINDOW_SECONDS = 86_400
const LONGEST_WINDOW_SECONDS = 90 * 86_400
/** The latest ones beyond which a window is cut: more would take longer to read than the answer is worth. */
const MOST_OPERATIONS = 100_000

/** What `readMeasuredOperations` and `readOverview` are asked with. Throws `invalid_input`. */
export function measuredWindow(windowSeconds = METRICS_WINDOW_SECONDS): [seconds: number, most: number] {
  if (!(windowSeconds > 0 && windowSeconds <= LONGEST_WINDOW_SECONDS))
    throw new SyncwatchError('invalid_input', `The window is above 0 and at most ${LONGEST_WINDOW_SECONDS} seconds.`, {
      details: { field: 'window' },
    })
  return [windowSeconds, MOST_OPERATIONS]
}

/** Metrics over the last `windowSeconds` (24 h unless given). */
export async function readMetrics({ database, clock }: StatusContext, windowSeconds?: number): Promise<MetricsReport> {
  const window = measuredWindow(windowSeconds)
  const operations = await database.query<MeasuredOperationRow & Record<string, unknown>>(
    readMeasuredOperations(database.schema),
    window,
  )
  return metricsOf(operations, window[0], clock)
}

/** The window ends with the latest end, since the database's clock and ours may differ. */
export function metricsOf(
  operations: readonly MeasuredOperationRow[],
  windowSeconds: number,
  clock: Clock,
): MetricsReport {
  const to = operations.reduce((latest, { end }) => Math.max(latest, end ?? 0), clock.now())
  return computeMetrics(operations, { from: to - windowSeconds * 1000, to })
}
