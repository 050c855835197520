'use client'
import { type ReactNode, useCallback, useId, useRef, useState } from 'react'
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
  const { status } = useConnection()
  const isLive = useIsLive()
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const [isOpen, setOpen] = useState(false)
  const place = useCallback((popover: HTMLElement) => placeBelow(button.current, popover), [])
  const tone = status === 'connected' ? verdictTone(verdict.tone) : connectionTone(status)
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
        aria-label={verdict.sentence}
      >
        <StatusDot status={status} />
        <span className="sw-compact__text">{verdict.short}</span>
      </button>
      <CompactPopover id={id} verdict={verdict} isOpen={isOpen} onToggle={setOpen} place={place} />
      <LiveRegion state={verdict.kind} sentence={verdict.sentence} />
    </>
  )
}

/** Below the button, kept inside the window; above it where there is no room below. */
function placeBelow(button: HTMLElement | null, popover: HTMLElement): void {
  if (!button) return
  const anchor = button.getBoundingClientRect()
  const box = popover.getBoundingClientRect()
  const left = Math.min(anchor.left, globalThis.innerWidth - box.width - 8)
  const hasRoom = anchor.bottom + 6 + box.height <= globalThis.innerHeight - 8
  popover.style.left = `${Math.max(8, left)}px`
  popover.style.top = `${hasRoom ? anchor.bottom + 6 : Math.max(8, anchor.top - box.height - 6)}px`
}
