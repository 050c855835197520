import { CONNECTION_COLUMNS } from './connection-columns.ts'

/** One client's state, as JSON carries it to the database. Null leaves a column as it is. */
export interface ConnectionValues {
  client_id: string
  status: string
  last_ping: string | null
  latency_ms: number | null
  reconnect_attempts: number | null
  user_agent: string | null
  ip_address: string | null
  metadata: Record<string, unknown> | null
}

/**
 * Writes many clients ($1) of one node ($2) in one statement, in the order of their names, so that two nodes cannot wait for each
 * other. A client that has gone to another node is not closed by the one it left. The rows come back only where they are
 * asked for: of thousands of clients a second that is most of what it costs.
 */
export const upsertConnections = (schema: string, { returning }: { returning: boolean }) => `
  INSERT INTO ${schema}.connection_status AS c
    (client_id, status, last_ping, latency_ms, reconnect_attempts, user_agent, ip_address, node_id, metadata)
  SELECT i.client_id, i.status, i.last_ping, i.latency_ms, coalesce(i.reconnect_attempts, 0), i.user_agent, i.ip_address,
    $2, coalesce(i.metadata, '{}')
  FROM jsonb_to_recordset($1::jsonb) AS i (
    client_id text, status text, last_ping timestamptz, latency_ms double precision, reconnect_attempts integer,
    user_agent text, ip_address text, metadata jsonb)
  ORDER BY i.client_id
  ON CONFLICT (client_id) DO UPDATE SET
    status = excluded.status,
    last_ping = coalesce(excluded.last_ping, c.last_ping),
    latency_ms = coalesce(excluded.latency_ms, c.latency_ms),
    reconnect_attempts = greatest(excluded.reconnect_attempts, CASE WHEN excluded.status = 'connected' THEN 0 ELSE c.reconnect_attempts END),
    user_agent = coalesce(excluded.user_agent, c.user_agent),
    ip_address = coalesce(excluded.ip_address, c.ip_address),
    node_id = excluded.node_id,
    metadata = c.metadata || excluded.metadata,
    connected_at = CASE WHEN c.status = 'disconnected' AND excluded.status = 'connected' THEN now() ELSE c.connected_at END,
    rev = c.rev + 1, changed_xid = pg_current_xact_id(), updated_at = now()
  WHERE NOT (excluded.status = 'disconnected' AND c.status <> 'disconnected' AND c.node_id IS DISTINCT FROM $2)
  ${returning ? `RETURNING ${CONNECTION_COLUMNS}, changed_xid` : ''}`
