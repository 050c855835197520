'use client'
import type { Verdict } from '@syncwatch/client'
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react'
import { useStrings } from '../hooks/use-strings.ts'
import { AsOf } from './as-of.tsx'
import { IndicatorDetails } from './indicator-details.tsx'

interface FloatingPanelProps {
  verdict: Verdict
  onMove: () => void
  onClose: () => void
  /** Arrow keys on the button that moves it. */
  onArrow: (event: KeyboardEvent) => void
}

const SHOWN = 6

/** The floating indicator when it is open. Escape closes it; the focus comes in when it opens. */
export function FloatingPanel({ verdict, onMove, onClose, onArrow }: FloatingPanelProps): ReactNode {
  const strings = useStrings()
  const close = useRef<HTMLButtonElement>(null)
  useEffect(() => close.current?.focus(), [])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose()
  }
  return (
    <div className="sw-floating__panel" role="dialog" aria-label={strings.region} onKeyDown={onKeyDown}>
      <div className="sw-floating__head">
        <p className="sw-verdict">{verdict.sentence}</p>
        <button
          type="button"
          className="sw-button sw-button--icon"
          aria-label={strings.move}
          title={strings.move}
          onClick={onMove}
          onKeyDown={onArrow}
        >
          <svg className="sw-icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d="M8 2v12M2 8h12M6 4l2-2 2 2M6 12l2 2 2-2M4 6 2 8l2 2M12 6l2 2-2 2" />
          </svg>
        </button>
        <button
          ref={close}
          type="button"
          className="sw-button sw-button--icon"
          aria-label={strings.close}
          onClick={onClose}
        >
          <svg className="sw-icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d="m4 4 8 8M12 4l-8 8" />
          </svg>
        </button>
      </div>
      <AsOf />
      <IndicatorDetails limit={SHOWN} hasActions />
    </div>
  )
}
