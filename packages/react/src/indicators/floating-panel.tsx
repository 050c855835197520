'use client'
import type { Verdict } from '@syncwatch/client'
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react'
import { useSyncOperations } from '../hooks/use-sync-operations.ts'
import { useSyncStatusContext } from '../hooks/use-sync-status-context.ts'
import { AsOf } from './as-of.tsx'
import { OperationItem } from './operation-item.tsx'

const OPEN = ['pending', 'in_progress'] as const

/** The floating indicator when it is open. Escape closes it; the focus comes in when it opens. */
export function FloatingPanel(props: { verdict: Verdict; onMove: () => void; onClose: () => void }): ReactNode {
  const { detailsUrl, strings } = useSyncStatusContext()
  const rows = useSyncOperations({ status: OPEN, limit: 6 })
  const close = useRef<HTMLButtonElement>(null)
  useEffect(() => close.current?.focus(), [])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') props.onClose()
  }
  return (
    <div className="sw-floating__panel" role="dialog" aria-label={strings.region} onKeyDown={onKeyDown}>
      <div className="sw-floating__head">
        <p className="sw-verdict">{props.verdict.sentence}</p>
        <button
          type="button"
          className="sw-button"
          aria-label={strings.move}
          title={strings.move}
          onClick={props.onMove}
        >
          ⤢
        </button>
        <button ref={close} type="button" className="sw-button" aria-label={strings.close} onClick={props.onClose}>
          ✕
        </button>
      </div>
      <AsOf />
      <ul className="sw-list">
        {rows.map((row) => (
          <OperationItem key={row.id} row={row} hasActions />
        ))}
      </ul>
      {detailsUrl && (
        <div className="sw-line">
          <a href={detailsUrl}>{strings.details}</a>
        </div>
      )}
    </div>
  )
}
