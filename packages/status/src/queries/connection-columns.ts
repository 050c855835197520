import type { ConnectionRow } from '@syncwatch/core'

export const CONNECTION_COLUMNS =
  'id, rev, client_id, status, last_ping, latency_ms, reconnect_attempts, user_agent, ip_address, node_id, metadata, connected_at, updated_at'

export type StoredConnection = ConnectionRow & { changed_xid: string }
