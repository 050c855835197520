'use client'
import type { Verdict } from '@syncwatch/client'
import { type ReactNode, type RefObject, useCallback, useEffect, useRef } from 'react'
import { useIsLive } from '../hooks/use-is-live.ts'
import { useSyncStatusContext } from '../hooks/use-sync-status-context.ts'
import { AsOf } from './as-of.tsx'
import { LaterDetails } from './later-details.tsx'

interface CompactPopoverProps {
  id: string
  verdict: Verdict
  isOpen: boolean
  onToggle: (isOpen: boolean) => void
  anchor: RefObject<HTMLElement | null>
}

const SHOWN = 3

/** What the compact indicator opens: the verdict, its reasons, three operations and the connection. */
export function CompactPopover({ id, verdict, isOpen, onToggle, anchor }: CompactPopoverProps): ReactNode {
  const { strings } = useSyncStatusContext()
  const isLive = useIsLive()
  const popover = useRef<HTMLDivElement>(null)
  const place = useCallback(() => placeBelow(anchor.current, popover.current), [anchor])
  useEffect(() => {
    if (!isOpen) return
    // Its details may come after it has opened, and then it has another size.
    const sizes = new ResizeObserver(place)
    if (popover.current) sizes.observe(popover.current)
    globalThis.addEventListener('resize', place)
    return () => {
      sizes.disconnect()
      globalThis.removeEventListener('resize', place)
    }
  }, [isOpen, place])
  // Its content is there before it shows; its size only afterwards.
  const onToggled = (isShown: boolean) => {
    onToggle(isShown)
    if (isShown) place()
    else delete popover.current?.dataset.placed
  }
  return (
    <div
      ref={popover}
      id={id}
      popover="auto"
      className="sw sw-popover"
      role="dialog"
      aria-label={strings.region}
      data-kind={verdict.kind}
      data-live={isLive}
      onBeforeToggle={(event) => onToggle(event.newState === 'open')}
      onToggle={(event) => onToggled(event.newState === 'open')}
    >
      {isOpen && (
        <>
          <p className="sw-verdict">{verdict.sentence}</p>
          <AsOf />
        </>
      )}
      <LaterDetails isOpen={isOpen} limit={SHOWN} hasReasons />
    </div>
  )
}

/** Below the button, kept inside the window; above it where there is no room below. It is not seen before it has its place. */
function placeBelow(button: HTMLElement | null, popover: HTMLElement | null): void {
  if (!button || !popover) return
  const anchor = button.getBoundingClientRect()
  const box = popover.getBoundingClientRect()
  const left = Math.min(anchor.left, globalThis.innerWidth - box.width - 8)
  const hasRoom = anchor.bottom + 6 + box.height <= globalThis.innerHeight - 8
  popover.style.left = `${Math.max(8, left)}px`
  popover.style.top = `${hasRoom ? anchor.bottom + 6 : Math.max(8, anchor.top - box.height - 6)}px`
  popover.dataset.placed = 'true'
}
