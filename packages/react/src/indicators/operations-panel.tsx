'use client'
import type { ReactNode } from 'react'
import { useStrings } from '../hooks/use-strings.ts'
import { RunningList } from './running-list.tsx'

const SHOWN = 6

/** The running operations, oldest first, at most six; the true number beside them. */
export function OperationsPanel({ hasActions }: { hasActions: boolean }): ReactNode {
  const strings = useStrings()
  return (
    <div className="sw-panel sw-panel--wide">
      <h2 className="sw-panel__title">{strings.operations}</h2>
      <RunningList limit={SHOWN} hasActions={hasActions} />
    </div>
  )
}
