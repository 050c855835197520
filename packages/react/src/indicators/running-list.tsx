'use client'
import type { SyncStatusState } from '@syncwatch/client'
import type { ReactNode } from 'react'
import { useIsLive } from '../hooks/use-is-live.ts'
import { useRunningOperations } from '../hooks/use-running-operations.ts'
import { useStrings } from '../hooks/use-strings.ts'
import { useSyncState } from '../hooks/use-sync-state.ts'
import { OperationItem } from './operation-item.tsx'

/** What runs, at most `limit` rows in steady places, and how many more there are; a sentence when nothing does. */
export function RunningList({ limit, hasActions = false }: { limit: number; hasActions?: boolean }): ReactNode {
  const strings = useStrings()
  const { rows, hidden, hold } = useRunningOperations(limit)
  if (rows.length === 0) return <NothingRuns />
  return (
    <>
      <ul className="sw-list" {...hold}>
        {rows.map((row) => (
          <OperationItem key={row.id} row={row} hasActions={hasActions} />
        ))}
      </ul>
      {hidden > 0 && <small className="sw-none">{strings.more(hidden)}</small>}
    </>
  )
}

/** Only who hears of everything knows that nothing runs; who did, knows that nothing ran. */
function NothingRuns(): ReactNode {
  const strings = useStrings()
  const isLive = useIsLive()
  const words = isLive ? strings.noOperations : strings.noOperationsThen
  return <small className="sw-none">{useSyncState(hasLoaded) && words}</small>
}

const hasLoaded = ({ isLoaded }: SyncStatusState): boolean => isLoaded
