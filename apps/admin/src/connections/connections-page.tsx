import type { ConnectionRow } from '@syncwatch/core'
import { useConnection, useIsLive, useSyncStatusContext } from '@syncwatch/react'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type ReactNode, useMemo, useState } from 'react'
import { useTopic } from '../operations/use-topic.ts'
import { AsOf } from '../ui/as-of.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { counted } from '../ui/counted.ts'
import { SkeletonRows } from '../ui/skeleton-rows.tsx'
import { ConnectionLine, nodeName } from './connection-line.tsx'
import { type ConnectionSummary, sortConnections, summarise } from './sort-connections.ts'

const route = getRouteApi('/connections')

/** The topic holds so many, those of which was heard last. */
const MOST_KNOWN = 1_000
const AT_ONCE = 100
const NODES_NAMED = 4

/** Who follows live: for administrators, for it tells addresses and browsers. */
export function ConnectionsPage(): ReactNode {
  const { role } = useConnection()
  const mayLook = role === null || role === 'admin'
  return (
    <div data-page="connections" data-figures>
      {mayLook ? (
        <Connections />
      ) : (
        <>
          <h1 className="mb-4">Connections</h1>
          <Card>
            <p className="px-4 py-10 text-center text-muted">Only an administrator sees who is connected.</p>
          </Card>
        </>
      )}
    </div>
  )
}

function Connections(): ReactNode {
  const { client } = useSyncStatusContext()
  const { show } = route.useSearch()
  const isLive = useIsLive()
  const rows = useTopic<ConnectionRow & Record<string, unknown>>('connections')
  const sorted = useMemo(() => sortConnections(rows), [rows])
  const summary = useMemo(() => summarise(rows), [rows])
  const [most, setMost] = useState(AT_ONCE)
  const { disconnected: gone } = summary.counts
  const chosen = show === 'gone' ? sorted : sorted.slice(0, sorted.length - gone)
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-1">
        <h1>Connections</h1>
        <AsOf />
        {(gone > 0 || show === 'gone') && (
          <Link
            to="/connections"
            search={show === 'gone' ? {} : { show: 'gone' }}
            className="ml-auto text-accent underline underline-offset-2"
          >
            {show === 'gone' ? 'Hide those that went away' : `Show ${gone.toLocaleString('en-US')} that went away`}
          </Link>
        )}
      </div>
      {rows.length > 0 && <Summary summary={summary} isCut={rows.length >= MOST_KNOWN} />}
      <Card className="divide-y divide-line">
        {rows.length === 0 && <SkeletonRows rows={3} what="Loading" />}
        {chosen.slice(0, most).map((row) => (
          <ConnectionLine key={row.id} row={row} isThisPage={row.client_id === client?.clientId} isLive={isLive} />
        ))}
      </Card>
      {chosen.length > most && (
        <Button className="mt-3 w-full py-2" onClick={() => setMost(most + AT_ONCE)}>
          Show more
        </Button>
      )}
    </>
  )
}

function Summary({ summary, isCut }: { summary: ConnectionSummary; isCut: boolean }): ReactNode {
  const { counts, latency, nodes } = summary
  const states = [
    `${counts.connected.toLocaleString('en-US')} connected`,
    counts.reconnecting > 0 && `${counts.reconnecting.toLocaleString('en-US')} reconnecting`,
    counts.error > 0 && `${counts.error.toLocaleString('en-US')} with an error`,
  ].filter(Boolean)
  return (
    <dl className="mb-4 flex flex-wrap gap-x-8 gap-y-2">
      <Figure name={isCut ? `Of the ${MOST_KNOWN.toLocaleString('en-US')} heard of last` : 'Clients'}>
        {states.join(', ')}
      </Figure>
      <Figure name="Round trip">
        {latency === null ? 'not measured' : `median ${latency.p50} ms, p95 ${latency.p95} ms, p99 ${latency.p99} ms`}
      </Figure>
      <Figure name={counted(nodes.length, 'node')}>
        {nodes
          .slice(0, NODES_NAMED)
          .map(([id, count]) => `${nodeName(id)} has ${count.toLocaleString('en-US')}`)
          .join(', ')}
        {nodes.length > NODES_NAMED && ` and ${nodes.length - NODES_NAMED} more`}
      </Figure>
    </dl>
  )
}

function Figure({ name, children }: { name: string; children: ReactNode }): ReactNode {
  return (
    <div>
      <dt className="text-muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
