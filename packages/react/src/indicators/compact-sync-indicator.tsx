'use client'
import type { Verdict } from '@syncwatch/client'
import { type ReactNode, useId, useRef, useState } from 'react'
import { classNames } from '../format/class-names.ts'
import { connectionTone, verdictTone } from '../format/tone-class.ts'
import { useConnection } from '../hooks/use-connection.ts'
import { useIsLive } from '../hooks/use-is-live.ts'
import { useVerdict } from '../hooks/use-verdict.ts'
import { CompactPopover } from './compact-popover.tsx'
import { LiveRegion } from './live-region.tsx'
import { StatusDot } from './status-dot.tsx'

/** One line for a header or toolbar: a dot for the connection and the message that matters most. A click explains it. */
export function CompactSyncIndicator({ className }: { className?: string }): ReactNode {
  const verdict = useVerdict()
  const { status, isInitial } = useConnection()
  const isLive = useIsLive()
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const [isOpen, setOpen] = useState(false)
  const tone = status === 'connected' ? verdictTone(verdict.tone) : connectionTone(status, isInitial)
  return (
    <>
      <button
        ref={button}
        type="button"
        className={classNames('sw sw-compact', tone, className)}
        data-syncwatch="compact"
        data-kind={verdict.kind}
        data-connection={status}
        data-live={isLive}
        popoverTarget={id}
        aria-expanded={isOpen}
        aria-label={spokenName(verdict)}
      >
        <StatusDot status={status} isInitial={isInitial} />
        <span className="sw-compact__text">{verdict.short}</span>
      </button>
      <CompactPopover id={id} verdict={verdict} isOpen={isOpen} onToggle={setOpen} anchor={button} />
      <LiveRegion kind={verdict.kind} sentence={verdict.sentence} />
    </>
  )
}

/** The sentence, with the text of the button before it where it does not occur in it: who speaks to the machine says what they see. */
function spokenName({ short, sentence }: Verdict): string {
  return sentence.toLowerCase().includes(short.toLowerCase()) ? sentence : `${short}. ${sentence}`
}
