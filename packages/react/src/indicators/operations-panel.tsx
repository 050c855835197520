'use client'
import type { ReactNode } from 'react'
import { useSyncStatusContext } from '../hooks/use-sync-status-context.ts'
import { RunningList } from './running-list.tsx'

const SHOWN = 6

/** The running operations, oldest first, at most six; the true number beside them. */
export function OperationsPanel({ hasActions }: { hasActions: boolean }): ReactNode {
  const { strings } = useSyncStatusContext()
  return (
    <div className="sw-panel sw-panel--wide">
      <h2 className="sw-panel__title">{strings.operations}</h2>
      <RunningList limit={SHOWN} hasActions={hasActions} />
    </div>
  )
}
