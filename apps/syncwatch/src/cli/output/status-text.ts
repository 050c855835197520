import { byteWords, type HealthReport, type MetricsReport, type OperationRow, type StoreSummary } from '@syncwatch/core'
import { runningLine } from './operation-line.ts'
import { plain, table } from './table.ts'
import { agoText, countText } from './words.ts'

/** What is shown of the state. */
export interface ShownStatus {
  readonly health: HealthReport
  readonly active_operations: readonly OperationRow[]
  readonly stores: readonly StoreSummary[]
}

/** The body of `GET /api/v1/status`. */
export interface FullReport {
  health: HealthReport
  metrics: MetricsReport
  active_operations: OperationRow[]
  connections: { connected: number; reconnecting: number; total: number }
  stores: StoreSummary[]
  last_update: string | null
}

/** The state of the system: the verdict, what is running, the stores. `now` is epoch milliseconds. */
export function statusText(verdict: string, report: ShownStatus, now: number): string {
  const running = report.active_operations.slice(0, 10).map((row) => `  ${runningLine(row)}\n`)
  const more = report.active_operations.length - running.length
  return [
    `${verdict}\n`,
    ...reasonLines(report.health),
    ...(running.length > 0
      ? ['\nRunning\n', ...running, ...(more > 0 ? [`  and ${countText(more)} more\n`] : [])]
      : []),
    ...(report.stores.length > 0 ? ['\n', storeTable(report.stores, now)] : []),
  ].join('')
}

function reasonLines(health: HealthReport): string[] {
  const bad = health.reasons.filter((reason) => reason.severity !== 'healthy')
  return bad.slice(0, 3).map((reason) => `  ${plain(reason.message)} ${plain(reason.action)}\n`)
}

/** Stores as a table. */
export function storeTable(stores: readonly StoreSummary[], now: number): string {
  return table<StoreSummary>(
    [
      { title: 'STORE', text: (row) => row.name },
      { title: 'KIND', text: (row) => row.kind },
      { title: 'STATE', text: (row) => row.state },
      { title: 'ASSETS', align: 'right', text: (row) => countText(row.asset_count) },
      { title: 'SIZE', align: 'right', text: (row) => byteWords(row.total_bytes) },
      {
        title: 'DIFFER',
        align: 'right',
        text: (row) => (row.differ_count === null ? '?' : countText(row.differ_count)),
      },
      { title: 'VERIFIED', text: (row) => agoText(row.verified_at, now) },
      { title: 'LOCATION', text: (row) => row.location },
    ],
    stores,
  )
}
