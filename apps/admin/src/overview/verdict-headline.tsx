import type { VerdictTone } from '@syncwatch/client'
import {
  ReasonList,
  useConnection,
  useHealth,
  useIsLive,
  useSyncState,
  useSyncStatusContext,
  useVerdict,
} from '@syncwatch/react'
import type { ReactNode } from 'react'

const tones: Record<VerdictTone, string> = {
  ok: 'bg-good',
  busy: 'bg-accent',
  warning: 'bg-warn',
  critical: 'bg-bad',
  offline: 'bg-bad',
  neutral: 'bg-muted',
}

/** One sentence in the largest type, and under it at most three reasons with their numbers. */
export function VerdictHeadline(): ReactNode {
  const verdict = useVerdict()
  const health = useHealth()
  const { status } = useConnection()
  const isLive = useIsLive()
  const { client, strings } = useSyncStatusContext()
  const lastUpdate = useSyncState((state) => state.lastUpdate)
  const reasons = health?.reasons.filter((reason) => reason.severity !== 'healthy' && !reason.acknowledged) ?? []
  return (
    <div className="flex gap-3">
      <span
        className={`mt-1 w-1 flex-none self-stretch rounded-full ${isLive || verdict.tone === 'offline' ? tones[verdict.tone] : 'bg-muted'}`}
        aria-hidden="true"
      />
      <div className="min-w-0">
        <h1 className="text-2xl text-balance sm:text-[28px] sm:leading-9">{verdict.sentence}</h1>
        {!isLive && lastUpdate !== null && (
          <p className="text-muted">{strings.words.asOf(strings.words.time(lastUpdate))}</p>
        )}
        {status !== 'connected' && client && lastUpdate !== null && (
          <button
            type="button"
            className="mt-2 rounded-md border border-line px-2.5 py-1 hover:bg-raised"
            onClick={() => client.retryNow()}
          >
            {strings.retryNow}
          </button>
        )}
        <div className="sw">
          <ReasonList reasons={reasons} />
        </div>
      </div>
    </div>
  )
}
