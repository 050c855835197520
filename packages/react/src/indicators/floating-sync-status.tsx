'use client'
import {
  type SyncStatusState,
  selectActiveOperationsCount,
  selectFailures,
  selectOverallProgress,
} from '@syncwatch/client'
import { type ReactNode, useState } from 'react'
import { classNames } from '../format/class-names.ts'
import type { verdictTone } from '../format/tone-class.ts'
import { useCorner } from '../hooks/use-corner.ts'
import { useFloatingPhase } from '../hooks/use-floating-phase.ts'
import { useIsLive } from '../hooks/use-is-live.ts'
import { useIsPresent, usePresence } from '../hooks/use-presence.ts'
import { useSyncState } from '../hooks/use-sync-state.ts'
import { useVerdict } from '../hooks/use-verdict.ts'
import { FloatingPanel } from './floating-panel.tsx'
import { type FloatingPhase, isProblem } from './floating-phase.ts'
import { ProgressRing } from './progress-ring.tsx'

/**
 * A ring in a corner while something runs: hidden when idle, and where the dashboard is on the page. It opens into a list,
 * ends in a tick, and stays with an error until somebody opened it. One a page.
 */
export function FloatingSyncStatus({ className }: { className?: string }): ReactNode {
  const verdict = useVerdict()
  const isLive = useIsLive()
  const percent = useSyncState(selectOverallProgress)
  const isWorking = useSyncState(selectActiveOperationsCount) > 0
  const latestFailure = useSyncState(latestFailureId)
  const [seenFailure, setSeenFailure] = useState<string | null>(null)
  const [isOpen, setOpen] = useState(false)
  const [corner, move] = useCorner()
  const isFirst = usePresence('floating')
  const isElsewhere = useIsPresent('dashboard')
  const hasProblem = isProblem(verdict.kind) || (latestFailure !== null && latestFailure !== seenFailure)
  const phase = useFloatingPhase(isWorking, hasProblem)
  if (!isFirst || isElsewhere || (phase === 'hidden' && !isOpen)) return null

  const open = () => {
    setSeenFailure(latestFailure)
    setOpen(true)
  }
  const tone = phase === 'done' ? 'sw-tone-good' : phase === 'problem' ? problemTone(verdict.tone) : 'sw-tone-busy'
  return (
    <div
      className={classNames('sw sw-floating', tone, className)}
      data-syncwatch="floating"
      data-kind={verdict.kind}
      data-phase={phase}
      data-corner={corner}
      data-live={isLive}
    >
      {isOpen ? (
        <FloatingPanel verdict={verdict} onMove={move} onClose={() => setOpen(false)} />
      ) : (
        <button
          type="button"
          className="sw-ring"
          data-indeterminate={phase === 'working' && percent === null}
          data-percent={percent ?? undefined}
          aria-label={verdict.sentence}
          onClick={open}
        >
          <ProgressRing percent={percent} sign={signs[phase]} />
        </button>
      )}
    </div>
  )
}

const signs: Record<FloatingPhase, string | undefined> = {
  hidden: undefined,
  working: undefined,
  done: '✓',
  problem: '!',
}

const problemTone = (tone: Parameters<typeof verdictTone>[0]) => (tone === 'warning' ? 'sw-tone-warn' : 'sw-tone-bad')

const latestFailureId = (state: SyncStatusState): string | null => selectFailures(state)[0]?.id ?? null
