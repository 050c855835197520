import type { ConnectionRow, ConnectionStatusName } from '@syncwatch/core'
import { CircleAlert, CircleDashed, Plug, Unplug } from 'lucide-react'
import type { ReactNode } from 'react'
import { counted } from '../ui/counted.ts'
import { RelativeTime } from '../ui/relative-time.tsx'

const marks = {
  connected: { Icon: Plug, tone: 'text-good', name: 'Connected' },
  reconnecting: { Icon: CircleDashed, tone: 'text-warn', name: 'Reconnecting' },
  error: { Icon: CircleAlert, tone: 'text-bad', name: 'Error' },
  disconnected: { Icon: Unplug, tone: 'text-muted', name: 'Gone' },
} as const satisfies Record<ConnectionStatusName, unknown>

const transports: Record<string, string> = { websocket: 'WebSocket', sse: 'SSE' }

interface ConnectionLineProps {
  row: ConnectionRow
  /** Whether it is the page that shows it. */
  isThisPage: boolean
  /** What was connected when this was last heard of may have gone since: then nothing is green. */
  isLive: boolean
}

/** One client: its state, who and what it is, where it is connected, how far away it is and since when. */
export function ConnectionLine({ row, isThisPage, isLive }: ConnectionLineProps): ReactNode {
  const { Icon, tone, name } = marks[row.status]
  const isHere = row.status !== 'disconnected'
  const { role, transport } = row.metadata
  const facts = [
    typeof role === 'string' && role,
    typeof transport === 'string' && (transports[transport] ?? transport),
    row.ip_address,
  ].filter(Boolean)
  return (
    <div className="@container">
      <div
        className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 px-4 py-2.5 @2xl:grid-cols-[9rem_minmax(0,2.4fr)_minmax(0,1.5fr)_minmax(0,1fr)]"
        data-connection-of={row.client_id}
        data-status={row.status}
      >
        <p className={`flex items-center gap-1.5 self-start ${isLive || !isHere ? tone : 'text-muted'}`}>
          <Icon size={15} aria-hidden="true" className="flex-none" />
          {name}
        </p>
        <div className="min-w-0 @max-2xl:order-last @max-2xl:col-span-2">
          <p className="truncate" title={row.client_id}>
            {row.client_id}
            {isThisPage && <span className="ml-2 rounded-full border border-line px-1.5 text-xs">this page</span>}
          </p>
          <p className="truncate text-muted" title={row.user_agent ?? undefined}>
            {row.user_agent ?? 'says nothing about itself'}
          </p>
        </div>
        <div className="min-w-0 text-muted @max-2xl:order-last @max-2xl:col-span-2">
          <p className="truncate">{facts.join(' · ')}</p>
          <p className="truncate" title={row.node_id ?? undefined}>
            {row.node_id === null ? 'no node' : `node ${nodeName(row.node_id)}`}
            {row.reconnect_attempts > 0 && ` · ${counted(row.reconnect_attempts, 'attempt')} to come back`}
          </p>
        </div>
        <div className="text-right text-muted">
          {isHere && <p className="text-text">{row.latency_ms === null ? 'not measured' : `${row.latency_ms} ms`}</p>}
          <p title={isHere ? 'Connected since' : 'Last change'}>
            <RelativeTime iso={isHere ? row.connected_at : row.updated_at} />
          </p>
        </div>
      </div>
    </div>
  )
}

/** The end of an id: that of a node begins with the time of its start, which nodes of one deployment share. */
export const nodeName = (id: string): string => id.slice(-8)
