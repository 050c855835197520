'use client'
import { selectActiveOperationsCount, selectOverallProgress, type Verdict } from '@syncwatch/client'
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { classNames } from '../format/class-names.ts'
import { useCorner } from '../hooks/use-corner.ts'
import { useFloatingPhase } from '../hooks/use-floating-phase.ts'
import { useFloatingProblem } from '../hooks/use-floating-problem.ts'
import { useIsLive } from '../hooks/use-is-live.ts'
import { useIsPresent, usePresence } from '../hooks/use-presence.ts'
import { useSyncState } from '../hooks/use-sync-state.ts'
import { useVerdict } from '../hooks/use-verdict.ts'
import { FloatingPanel } from './floating-panel.tsx'
import type { FloatingPhase } from './floating-phase.ts'
import { endedWell } from './floating-problem.ts'
import { ProgressRing } from './progress-ring.tsx'

/** What `FloatingSyncStatus` shows. Nothing at first: also with work under way it waits 400 ms. */
export function FloatingIndicator({ className }: { className?: string | undefined }): ReactNode {
  const verdict = useVerdict()
  const isLive = useIsLive()
  const percent = useSyncState(selectOverallProgress)
  const isWorking = useSyncState(selectActiveOperationsCount) > 0
  const [isOpen, setOpen] = useState(false)
  const { corner, next, toward } = useCorner()
  const isFirst = usePresence('floating')
  const isElsewhere = useIsPresent('dashboard')
  const hasProblem = useFloatingProblem(verdict.kind, isOpen)
  const phase = useFloatingPhase({ isWorking, hasProblem, endedWell: useSyncState(endedWell) })
  const ring = useFocusBack(isOpen)
  if (!isFirst || isElsewhere || (phase === 'hidden' && !isOpen)) return null

  const onArrow = (event: KeyboardEvent) => {
    if (toward(event.key)) event.preventDefault()
  }
  return (
    <div
      className={classNames('sw sw-floating', toneOf(phase, verdict), className)}
      data-syncwatch="floating"
      data-kind={verdict.kind}
      data-phase={phase}
      data-corner={corner}
      data-live={isLive}
    >
      {isOpen ? (
        <FloatingPanel verdict={verdict} onMove={next} onArrow={onArrow} onClose={() => setOpen(false)} />
      ) : (
        <button
          ref={ring}
          type="button"
          className="sw-ring"
          data-indeterminate={phase === 'working' && percent === null}
          data-percent={percent ?? undefined}
          aria-label={verdict.sentence}
          aria-keyshortcuts="ArrowUp ArrowDown ArrowLeft ArrowRight"
          onClick={() => setOpen(true)}
          onKeyDown={onArrow}
        >
          <ProgressRing percent={percent} sign={signs[phase]} />
        </button>
      )}
    </div>
  )
}

/** The focus returns to the ring when the panel was closed, where the ring is still there. */
function useFocusBack(isOpen: boolean) {
  const ring = useRef<HTMLButtonElement>(null)
  const wasOpen = useRef(false)
  useEffect(() => {
    if (wasOpen.current && !isOpen) ring.current?.focus()
    wasOpen.current = isOpen
  }, [isOpen])
  return ring
}

const signs: Record<FloatingPhase, string | undefined> = {
  hidden: undefined,
  working: undefined,
  done: '✓',
  problem: '!',
}

function toneOf(phase: FloatingPhase, { kind, tone }: Verdict): string {
  switch (phase) {
    case 'done':
      return 'sw-tone-good'
    case 'problem':
      return tone === 'warning' || kind === 'reconnecting' ? 'sw-tone-warn' : 'sw-tone-bad'
    case 'working':
    case 'hidden':
      return 'sw-tone-busy'
  }
}
