import type { StatusOverview } from '../manager-port.ts'
import { pageOfOperations } from '../operations/operation-lists.ts'
import { type OverviewRow, readOverview } from '../queries/read-overview.ts'
import type { StatusContext } from '../status-context.ts'
import type { HealthService } from './health-service.ts'
import { readMetrics } from './metrics-reader.ts'

/** How many of the running and waiting operations an overview names, the newest. */
const ACTIVE_IN_OVERVIEW = 100

/** Everything at once. */
export async function readStatus(context: StatusContext, health: HealthService): Promise<StatusOverview> {
  const { database } = context
  const [metrics, active, [overview]] = await Promise.all([
    readMetrics(context),
    pageOfOperations(context, { status: ['pending', 'in_progress'], limit: ACTIVE_IN_OVERVIEW }),
    database.query<OverviewRow & Record<string, unknown>>(readOverview(database.schema)),
  ])
  const { connected = 0, reconnecting = 0, total = 0, latency_ms = null, last_update = null } = overview ?? {}
  return {
    health: await health.freshOf(overview?.health),
    metrics,
    active_operations: active.items,
    connections: { connected, reconnecting, total, latency_ms },
    last_update,
  }
}
