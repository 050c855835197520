import type { Clock } from '@syncwatch/core'
import type { SyncStatus } from '@syncwatch/status-manager'
import type { MiddlewareHandler } from 'hono'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** What the metrics are read from at each scrape. */
export interface MetricsSources {
  readonly status: SyncStatus
  readonly sessions: () => number
  readonly clock: Clock
}

export interface Metrics {
  /** Times requests, by method, kind of route and status. */
  readonly observe: MiddlewareHandler
  /** The text for Prometheus. */
  text(): Promise<{ contentType: string; body: string }>
}

/** Numbers for Prometheus. */
export function createMetrics({ status, sessions, clock }: MetricsSources): Metrics {
  const registers = [new Registry()]
  const [registry] = registers as [Registry]
  collectDefaultMetrics({ register: registry, prefix: 'syncwatch_' })
  const requests = new Histogram({
    name: 'syncwatch_http_request_seconds',
    help: 'How long requests took.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.025, 0.1, 0.5, 2.5, 10],
    registers,
  })
  const health = { healthy: 0, warning: 1, critical: 2 }
  const active = new Gauge({ name: 'syncwatch_operations_active', help: 'Operations that have not ended.', registers })
  const errorRate = new Gauge({
    name: 'syncwatch_error_rate',
    help: 'Failed operations, 0 to 1, in the window.',
    registers,
  })
  const score = new Gauge({ name: 'syncwatch_performance_score', help: '0 to 100.', registers })
  const state = new Gauge({ name: 'syncwatch_health', help: '0 healthy, 1 warning, 2 critical.', registers })
  const open = new Gauge({ name: 'syncwatch_realtime_sessions', help: 'Open live sessions on this node.', registers })
  return {
    observe: async (c, next) => {
      const start = clock.monotonic()
      await next()
      const labels = { method: c.req.method, route: kindOf(c.req.path), status: String(c.res.status) }
      requests.observe(labels, (clock.monotonic() - start) / 1000)
    },
    text: async () => {
      const overview = await status.getStatus()
      active.set(overview.active_operations.length)
      errorRate.set(overview.health.error_rate)
      score.set(overview.health.performance_score)
      state.set(health[overview.health.status])
      open.set(sessions())
      return { contentType: registry.contentType, body: await registry.metrics() }
    },
  }
}

const RESOURCES = ['status', 'health', 'snapshots', 'operations', 'connections', 'realtime', 'stores', 'assets']

/** The address without ids, and of addresses that lead nowhere no part: strangers must not make series. */
function kindOf(path: string): string {
  const [, first = '', , second = ''] = path.split('/')
  if (first === 'api') return RESOURCES.includes(second) ? `/api/v1/${second}` : '/api'
  return ['metrics', 'readyz', 'healthz', 'realtime'].includes(first) ? `/${first}` : '/panel'
}
