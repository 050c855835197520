import type { HealthReason } from '@syncwatch/core'
import { useSyncStatusContext } from '@syncwatch/react'
import { useServerNow, useWaitReason } from '@syncwatch/react/parts'
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { useChange } from './use-change.ts'

const HOUR = 3_600_000
/** The server accepts at most 30 days; the hour below that is for clocks that differ. */
const SPANS = [
  { name: '1 hour', ms: HOUR },
  { name: '8 hours', ms: 8 * HOUR },
  { name: '1 day', ms: 24 * HOUR },
  { name: '7 days', ms: 7 * 24 * HOUR },
  { name: '30 days', ms: (30 * 24 - 1) * HOUR },
] as const

const field = 'rounded-md border border-line bg-surface px-2 py-1 text-text'

interface AcceptFormProps {
  reason: HealthReason
  onClose: () => void
}

/** Why a reason is accepted, and for how long. It counts as a warning at most until then, and stays in sight. */
export function AcceptForm({ reason, onClose }: AcceptFormProps): ReactNode {
  const id = useId()
  const note = useRef<HTMLInputElement>(null)
  const [span, setSpan] = useState<number>(SPANS[1].ms)
  const { clock } = useSyncStatusContext()
  const offset = useServerNow(0) ?? 0
  const waits = useWaitReason()
  const { change, isBusy, refusal } = useChange()
  useEffect(() => note.current?.focus(), [])

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const until = new Date(clock.now() + offset + span).toISOString()
    const text = note.current?.value.trim() ?? ''
    if (await change((http) => http.acknowledgeHealth({ code: reason.code, note: text, until }))) onClose()
  }
  return (
    <form
      className="mt-3 ml-5 flex flex-wrap items-end gap-x-3 gap-y-2"
      aria-label={`Accept: ${reason.message}`}
      onSubmit={(event) => void submit(event)}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <label htmlFor={`${id}-note`} className="min-w-48 flex-1 text-muted">
        Why it is accepted
        <input
          ref={note}
          id={`${id}-note`}
          required
          pattern=".*\S.*"
          maxLength={1000}
          className={`${field} mt-1 block w-full`}
        />
      </label>
      <label htmlFor={`${id}-span`} className="text-muted">
        For
        <select
          id={`${id}-span`}
          className={`${field} mt-1 block`}
          value={span}
          onChange={(event) => setSpan(Number(event.target.value))}
        >
          {SPANS.map(({ name, ms }) => (
            <option key={ms} value={ms}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <Button type="submit" disabled={waits !== null || isBusy} title={waits ?? undefined}>
        Accept
      </Button>
      <Button onClick={onClose}>Cancel</Button>
      {refusal && (
        <p role="alert" className="basis-full text-bad">
          {refusal}
        </p>
      )}
    </form>
  )
}
