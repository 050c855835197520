'use client'
import type { ConnectionState } from '@syncwatch/client'
import type { ReactNode } from 'react'
import { classNames } from '../format/class-names.ts'
import { connectionTone } from '../format/tone-class.ts'
import { useConnection } from '../hooks/use-connection.ts'
import { useNow } from '../hooks/use-now.ts'
import { useSyncStatusContext } from '../hooks/use-sync-status-context.ts'
import type { FirstStrings } from '../strings.ts'
import { StatusDot } from './status-dot.tsx'

/** The connection in a line: its latency, or the attempt, the next try and a button that does not wait for it. */
export function ConnectionLine({ className }: { className?: string }): ReactNode {
  const { client, strings } = useSyncStatusContext()
  const connection = useConnection()
  const { status, isInitial } = connection
  const now = useNow(1000)
  const note = connectionNote(connection, now, strings)
  return (
    <div className={classNames('sw-connection', className)} data-connection={status}>
      <span className={classNames('sw-headline', connectionTone(status, isInitial))}>
        <StatusDot status={status} isInitial={isInitial} />
        {connectionName(connection, strings)}
      </span>
      <small title={note}>{note}</small>
      {status !== 'connected' && !isInitial && client && (
        <button type="button" className="sw-button" onClick={() => client.retryNow()}>
          {strings.retryNow}
        </button>
      )}
    </div>
  )
}

function connectionName({ status, isInitial, error }: ConnectionState, strings: FirstStrings): string {
  if (isInitial && (status === 'disconnected' || status === 'reconnecting')) return strings.connecting
  if (status !== 'error') return strings[status]
  return error?.code === 'unauthorized' || error?.code === 'forbidden' ? strings.unauthorised : strings.disconnected
}

function connectionNote(connection: ConnectionState, now: number | null, strings: FirstStrings): string {
  if (connection.status === 'connected') return connection.latency > 0 ? strings.latency(connection.latency) : ''
  const parts = [
    connection.reconnectAttempts > 0 ? strings.attempt(connection.reconnectAttempts) : null,
    nextTry(connection.nextAttemptAt, now, strings),
    connection.error?.message,
  ]
  return parts.filter(Boolean).join(' · ')
}

function nextTry(at: number | null, now: number | null, strings: FirstStrings): string | null {
  if (at === null || now === null) return null
  // Rounded up: "in 0 s" is no wait.
  const wait = Math.ceil((at - now) / 1000) * 1000
  return wait > 0 ? strings.nextTry(strings.words.span(wait)) : strings.trying
}
