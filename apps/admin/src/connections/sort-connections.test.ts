import type { ConnectionRow } from '@syncwatch/core'
import { describe, expect, it } from 'vitest'
import { sortConnections, summarise } from './sort-connections.ts'

const row = (client_id: string, values: Partial<ConnectionRow> = {}): ConnectionRow => ({
  id: client_id,
  rev: 1,
  client_id,
  status: 'connected',
  last_ping: null,
  latency_ms: null,
  reconnect_attempts: 0,
  user_agent: null,
  ip_address: null,
  node_id: 'node-1',
  metadata: {},
  connected_at: '2026-03-01T10:00:00.000Z',
  updated_at: '2026-03-01T10:00:00.000Z',
  ...values,
})

describe('the list of connections', () => {
  it('has first who needs an eye, then who came last, and at its end who went away', () => {
    const rows = [
      row('gone', { status: 'disconnected', connected_at: '2026-03-01T12:00:00.000Z' }),
      row('old', { connected_at: '2026-03-01T09:00:00.000Z' }),
      row('b-same'),
      row('a-same'),
      row('back-soon', { status: 'reconnecting' }),
      row('broken', { status: 'error' }),
    ]
    const names = sortConnections(rows).map(({ client_id }) => client_id)
    expect(names).toEqual(['broken', 'back-soon', 'a-same', 'b-same', 'old', 'gone'])
    const pinged = rows.map((one) => ({ ...one, rev: 2, latency_ms: 900, updated_at: '2026-03-01T13:00:00.000Z' }))
    expect(sortConnections(pinged).map(({ client_id }) => client_id)).toEqual(names)
  })

  it('sums up round trips and nodes of those alone that are connected', () => {
    const rows = [
      ...Array.from({ length: 100 }, (_, index) => row(`client-${index}`, { latency_ms: index + 1 })),
      row('elsewhere', { node_id: 'node-2' }),
      row('gone', { status: 'disconnected', latency_ms: 9_000, node_id: 'node-3' }),
    ]
    expect(summarise(rows)).toEqual({
      counts: { connected: 101, reconnecting: 0, error: 0, disconnected: 1 },
      latency: { p50: 50, p95: 95, p99: 99 },
      nodes: [
        ['node-1', 100],
        ['node-2', 1],
      ],
    })
    expect(summarise([]).latency).toBeNull()
  })
})
