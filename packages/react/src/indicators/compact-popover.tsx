'use client'
import type { Verdict } from '@syncwatch/client'
import { type ReactNode, useEffect, useRef } from 'react'
import { useHealth } from '../hooks/use-health.ts'
import { useIsLive } from '../hooks/use-is-live.ts'
import { useSyncOperations } from '../hooks/use-sync-operations.ts'
import { useSyncStatusContext } from '../hooks/use-sync-status-context.ts'
import { AsOf } from './as-of.tsx'
import { ConnectionLine } from './connection-line.tsx'
import { OperationItem } from './operation-item.tsx'
import { ReasonList } from './reason-list.tsx'

interface CompactPopoverProps {
  id: string
  verdict: Verdict
  isOpen: boolean
  onToggle: (isOpen: boolean) => void
  place: (popover: HTMLElement) => void
}

/** What the compact indicator opens: the verdict, its reasons, three operations and the connection. */
export function CompactPopover({ id, verdict, isOpen, onToggle, place }: CompactPopoverProps): ReactNode {
  const { detailsUrl, strings } = useSyncStatusContext()
  const isLive = useIsLive()
  const popover = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isOpen && popover.current) place(popover.current)
  }, [isOpen, place])
  return (
    <div
      ref={popover}
      id={id}
      popover="auto"
      className="sw sw-popover"
      role="dialog"
      aria-label={strings.region}
      data-live={isLive}
      onToggle={(event) => onToggle(event.newState === 'open')}
    >
      {isOpen && (
        <>
          <p className="sw-verdict">{verdict.sentence}</p>
          <AsOf />
          <Reasons />
          <Operations />
          <div className="sw-line">
            <ConnectionLine />
            {detailsUrl && <a href={detailsUrl}>{strings.details}</a>}
          </div>
        </>
      )}
    </div>
  )
}

function Reasons(): ReactNode {
  const health = useHealth()
  return health && <ReasonList reasons={health.reasons.filter((reason) => reason.severity !== 'healthy')} />
}

const OPEN = ['pending', 'in_progress'] as const

function Operations(): ReactNode {
  const rows = useSyncOperations({ status: OPEN, limit: 3 })
  if (rows.length === 0) return null
  return (
    <ul className="sw-list">
      {rows.map((row) => (
        <OperationItem key={row.id} row={row} />
      ))}
    </ul>
  )
}
