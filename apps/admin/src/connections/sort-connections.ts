import { type ConnectionRow, type ConnectionStatusName, compare, percentile } from '@syncwatch/core'

/** Those that need an eye stand first; who went away stands last. */
const PLACES: Record<ConnectionStatusName, number> = { error: 0, reconnecting: 1, connected: 2, disconnected: 3 }

/** Within a state whoever came last stands first: nobody changes places because of a ping. */
export function sortConnections(rows: readonly ConnectionRow[]): ConnectionRow[] {
  return rows.toSorted(
    (a, b) =>
      PLACES[a.status] - PLACES[b.status] ||
      Date.parse(b.connected_at) - Date.parse(a.connected_at) ||
      compare(a.client_id, b.client_id),
  )
}

export interface ConnectionSummary {
  readonly counts: Readonly<Record<ConnectionStatusName, number>>
  /** Round trips of the connected clients, milliseconds; null while none was measured. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number } | null
  /** How many connected clients each node has, the fullest first. */
  readonly nodes: readonly (readonly [nodeId: string, count: number])[]
}

export function summarise(rows: readonly ConnectionRow[]): ConnectionSummary {
  const counts = { connected: 0, reconnecting: 0, error: 0, disconnected: 0 }
  const nodes = new Map<string, number>()
  const latencies: number[] = []
  for (const { status, latency_ms, node_id } of rows) {
    counts[status] += 1
    if (status !== 'connected') continue
    if (latency_ms !== null) latencies.push(latency_ms)
    if (node_id !== null) nodes.set(node_id, (nodes.get(node_id) ?? 0) + 1)
  }
  latencies.sort((a, b) => a - b)
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(latencies, share))
  const latency = p50 == null || p95 == null || p99 == null ? null : { p50, p95, p99 }
  return { counts, latency, nodes: [...nodes].sort(([, a], [, b]) => b - a) }
}
