/** The four states that a user is shown, and the values of `connection_status.status`. */
export const CONNECTION_STATUSES = ['connected', 'disconnected', 'reconnecting', 'error'] as const
export type ConnectionStatusName = (typeof CONNECTION_STATUSES)[number]

/** The state of one client's connection. `lastPing` is an ISO time ('' before the first), `latency` milliseconds. */
export interface ConnectionStatus {
  status: ConnectionStatusName
  lastPing: string
  latency: number
  reconnectAttempts: number
}

/** A row of `connection_status`, one a client. */
export interface ConnectionRow {
  id: string
  rev: number
  client_id: string
  status: ConnectionStatusName
  last_ping: string | null
  latency_ms: number | null
  reconnect_attempts: number
  user_agent: string | null
  ip_address: string | null
  node_id: string | null
  metadata: Record<string, unknown>
  connected_at: string
  updated_at: string
}
