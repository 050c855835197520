import type { StatusOverview } from '../manager-port.ts'
import { pageOfOperations } from '../operations/operation-lists.ts'
import { type OverviewRow, readOverview } from '../queries/read-overview.ts'
import type { StatusContext } from '../status-context.ts'
import type { HealthService } from './health-service.ts'
import { measuredWindow, metricsOf } from './metrics-reader.ts'

/** How many of the running and waiting operations an overview names, the newest. */
const ACTIVE_IN_OVERVIEW = 100

/** Everything at once. */
export async function readStatus(context: StatusContext, health: HealthService): Promise<StatusOverview> {
  const { database, clock } = context
  const window = measuredWindow()
  const [active, [overview]] = await Promise.all([
    pageOfOperations(context, { status: ['pending', 'in_progress'], limit: ACTIVE_IN_OVERVIEW }),
    database.query<OverviewRow & Record<string, unknown>>(readOverview(database.schema), window),
  ])
  const { connected = 0, reconnecting = 0, total = 0, latency_ms = null, last_update = null } = overview ?? {}
  return {
    health: await health.freshOf(overview?.health),
    metrics: metricsOf(overview?.measured ?? [], window[0], clock),
    active_operations: active.items,
    connections: { connected, reconnecting, total, latency_ms },
    last_update,
  }
}
