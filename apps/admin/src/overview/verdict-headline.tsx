import type { ConnectionState, Verdict, VerdictTone } from '@syncwatch/client'
import {
  type SyncStatusStrings,
  useConnection,
  useHealth,
  useIsLive,
  useNow,
  useSyncState,
  useSyncStatusContext,
  useVerdict,
} from '@syncwatch/react'
import { ReasonList, useStrings } from '@syncwatch/react/parts'
import type { ReactNode } from 'react'
import { Button } from '../ui/button.tsx'

const tones: Record<VerdictTone, string> = {
  ok: 'bg-good',
  busy: 'bg-accent',
  warning: 'bg-warn',
  critical: 'bg-bad',
  offline: 'bg-bad',
  neutral: 'bg-muted',
}

/** Reconnecting is yellow and not yet red: somebody is at it. */
const markOf = ({ kind, tone }: Verdict): string => (kind === 'reconnecting' ? tones.warning : tones[tone])

/** One sentence in the largest type, how we know it, and at most three reasons with their numbers. */
export function VerdictHeadline(): ReactNode {
  const verdict = useVerdict()
  const health = useHealth()
  const isLive = useIsLive()
  const { status } = useConnection()
  // That the connection is gone, or the database behind it, is known while all the rest is history.
  const isKnown = isLive || verdict.tone === 'offline' || (status === 'connected' && verdict.asOf !== null)
  const reasons = health?.reasons.filter((reason) => reason.severity !== 'healthy' && !reason.acknowledged) ?? []
  return (
    <div className="flex gap-4" data-kind={verdict.kind}>
      <span
        className={`my-1.5 w-1 flex-none rounded-full ${isKnown ? markOf(verdict) : 'bg-muted'}`}
        aria-hidden="true"
      />
      <div className="min-w-0">
        <h1 className={`text-2xl text-balance sm:text-[28px] sm:leading-9 ${isKnown ? '' : 'text-muted'}`}>
          {verdict.sentence}
        </h1>
        <Basis />
        <div className="sw" data-live={isLive}>
          <ReasonList reasons={reasons} said={verdict.sentence} />
        </div>
      </div>
    </div>
  )
}

/** The line under the verdict: that the figures are live, or of when the figures are and when the next attempt starts. */
function Basis(): ReactNode {
  const { client } = useSyncStatusContext()
  const strings = useStrings()
  const connection = useConnection()
  const isLive = useIsLive()
  const now = useNow(1000)
  const lastUpdate = useSyncState((state) => (isLive ? null : state.lastUpdate))
  const { status, isInitial } = connection
  return (
    <div className="mt-0.5 flex min-h-7 flex-wrap items-center gap-x-3 text-muted">
      <span>
        {[
          lastUpdate && strings.words.asOf(strings.words.time(lastUpdate)),
          ...attempt(connection, isLive, now, strings),
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
      {status !== 'connected' && !isInitial && client && (
        <Button onClick={() => client.retryNow()}>{strings.retryNow}</Button>
      )}
    </div>
  )
}

function attempt(
  connection: ConnectionState,
  isLive: boolean,
  now: number | null,
  strings: SyncStatusStrings,
): string[] {
  const { status, latency, reconnectAttempts, nextAttemptAt, isInitial, isLost } = connection
  // Connected to a server whose database is away: the figures are those of before.
  if (status === 'connected') return [isLive ? 'Live' : strings.connected, latency > 0 ? strings.latency(latency) : '']
  if (isInitial) return [strings.connecting]
  const wait = nextAttemptAt === null || now === null ? 0 : Math.ceil((nextAttemptAt - now) / 1000) * 1000
  return [
    // Which attempt it is stands in the verdict as soon as that says so.
    reconnectAttempts > 0 && !isLost ? strings.attempt(reconnectAttempts) : '',
    wait > 0 ? strings.nextTry(strings.words.span(wait)) : '',
  ]
}
