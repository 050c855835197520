'use client'
import type { ConnectionState } from '@syncwatch/client'
import type { ReactNode } from 'react'
import { classNames } from '../format/class-names.ts'
import { connectionTone } from '../format/tone-class.ts'
import { useConnection } from '../hooks/use-connection.ts'
import { useNow } from '../hooks/use-now.ts'
import { useSyncStatusContext } from '../hooks/use-sync-status-context.ts'
import type { SyncStatusStrings } from '../strings.ts'
import { StatusDot } from './status-dot.tsx'

/** The connection in a line: its latency, or the attempt, the next try and a button that does not wait for it. */
export function ConnectionLine({ className }: { className?: string }): ReactNode {
  const { client, strings } = useSyncStatusContext()
  const connection = useConnection()
  const now = useNow(1000)
  const waits = connection.status !== 'connected' && !connection.isInitial
  return (
    <div className={classNames('sw-connection', className)} data-connection={connection.status}>
      <span className={classNames('sw-headline', connectionTone(connection.status))}>
        <StatusDot status={connection.status} />
        {connectionName(connection, strings)}
      </span>
      <small>{connectionNote(connection, now, strings)}</small>
      {waits && client && (
        <button type="button" className="sw-button" onClick={() => client.retryNow()}>
          {strings.retryNow}
        </button>
      )}
    </div>
  )
}

function connectionName(connection: ConnectionState, strings: SyncStatusStrings): string {
  if (connection.isInitial && connection.status !== 'error' && connection.status !== 'connected')
    return strings.connecting
  if (connection.status === 'error') {
    return connection.error?.code === 'unauthorized' ? strings.unauthorised : strings.disconnected
  }
  return strings[connection.status]
}

function connectionNote(connection: ConnectionState, now: number | null, strings: SyncStatusStrings): string {
  if (connection.status === 'connected') return connection.latency > 0 ? strings.latency(connection.latency) : ''
  const parts = [
    connection.reconnectAttempts > 0 ? strings.attempt(connection.reconnectAttempts) : null,
    connection.nextAttemptAt !== null && now !== null
      ? strings.nextTry(strings.words.span(Math.max(0, connection.nextAttemptAt - now)))
      : null,
    connection.error?.message,
  ]
  return parts.filter(Boolean).join(' · ')
}
