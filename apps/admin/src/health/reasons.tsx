import type { HealthReason, HealthReport } from '@syncwatch/core'
import { useHealth, useSyncState } from '@syncwatch/react'
import { useStrings, useWaitReason } from '@syncwatch/react/parts'
import { type ReactNode, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Section } from '../ui/section.tsx'
import { AcceptForm } from './accept-form.tsx'
import { useChange } from './use-change.ts'

/** Every reason of the health: what it is, since when, what to do; accepted for a time by whoever knows of it, and taken back. */
export function Reasons(): ReactNode {
  const health = useHealth()
  const isLoaded = useSyncState((state) => state.isLoaded)
  if (!isLoaded || !health || health.reasons.length === 0) return null
  return (
    <Section title="Reasons" className="mb-6">
      <Card className="divide-y divide-line">
        {health.reasons.map((reason) => (
          <ReasonLine key={reason.code} reason={reason} />
        ))}
      </Card>
    </Section>
  )
}

const tones: Record<HealthReport['status'], string> = { healthy: 'bg-muted', warning: 'bg-warn', critical: 'bg-bad' }
const names: Record<HealthReport['status'], string> = { healthy: 'Remark', warning: 'Warning', critical: 'Critical' }

function ReasonLine({ reason }: { reason: HealthReason }): ReactNode {
  const strings = useStrings()
  const [isOpen, setOpen] = useState(false)
  const { words } = strings
  const after = reason.recovering_since ? strings.recovering(words.time(reason.recovering_since)) : reason.action
  return (
    <div className="px-4 py-3" data-reason={reason.code} data-accepted={reason.acknowledged !== undefined}>
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <span
          className={`mt-0.5 h-5 w-1 flex-none rounded-full ${reason.acknowledged ? 'bg-muted' : tones[reason.severity]}`}
          aria-hidden="true"
        />
        <div className="min-w-48 flex-1 [overflow-wrap:anywhere]">
          <p>
            <span className="font-medium">{names[reason.severity]}.</span> {reason.message}
          </p>
          <p className="text-muted">{[strings.since(words.time(reason.since)), after].filter(Boolean).join(' · ')}</p>
        </div>
        {!reason.acknowledged && reason.severity !== 'healthy' && !isOpen && <Accept onClick={() => setOpen(true)} />}
      </div>
      {reason.acknowledged && <Accepted reason={reason} accepted={reason.acknowledged} />}
      {isOpen && !reason.acknowledged && <AcceptForm reason={reason} onClose={() => setOpen(false)} />}
    </div>
  )
}

function Accept({ onClick }: { onClick: () => void }): ReactNode {
  const waits = useWaitReason()
  return (
    <Button className="max-sm:ml-5" disabled={waits !== null} title={waits ?? undefined} onClick={onClick}>
      Accept …
    </Button>
  )
}

interface AcceptedProps {
  reason: HealthReason
  accepted: NonNullable<HealthReason['acknowledged']>
}

function Accepted({ reason, accepted }: AcceptedProps): ReactNode {
  const waits = useWaitReason()
  const { change, isBusy, refusal } = useChange()
  const until = new Date(accepted.until)
  return (
    <div className="mt-2 ml-5 flex flex-wrap items-center gap-x-4 gap-y-2 text-muted">
      <p className="min-w-48 flex-1 [overflow-wrap:anywhere]">
        Accepted by {accepted.by} until{' '}
        <time dateTime={accepted.until}>
          {until.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })}
        </time>
        : {accepted.note}
      </p>
      <Button
        disabled={waits !== null || isBusy}
        title={waits ?? undefined}
        onClick={() => change((http) => http.withdrawAcknowledgement(reason.code))}
      >
        Undo
      </Button>
      {refusal && (
        <p role="alert" className="basis-full text-bad">
          {refusal}
        </p>
      )}
    </div>
  )
}
