'use client'
import { selectActiveOperationsCount } from '@syncwatch/client'
import type { ReactNode } from 'react'
import { useSyncOperations } from '../hooks/use-sync-operations.ts'
import { useSyncState } from '../hooks/use-sync-state.ts'
import { useSyncStatusContext } from '../hooks/use-sync-status-context.ts'
import { OperationItem } from './operation-item.tsx'

const OPEN = ['pending', 'in_progress'] as const
const SHOWN = 6

/** The running operations, oldest first, at most six; the true number beside them. */
export function OperationsPanel({ hasActions }: { hasActions: boolean }): ReactNode {
  const { strings } = useSyncStatusContext()
  const rows = useSyncOperations({ status: OPEN, limit: SHOWN })
  const hidden = useSyncState(selectActiveOperationsCount) - rows.length
  return (
    <div className="sw-panel sw-panel--wide">
      <h3 className="sw-panel__title">{strings.operations}</h3>
      {rows.length === 0 ? (
        <small>{strings.noOperations}</small>
      ) : (
        <ul className="sw-list">
          {rows.map((row) => (
            <OperationItem key={row.id} row={row} hasActions={hasActions} />
          ))}
        </ul>
      )}
      {rows.length > 0 && hidden > 0 && <small>{strings.more(hidden)}</small>}
    </div>
  )
}
