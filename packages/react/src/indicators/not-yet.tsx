import type { ReactNode } from 'react'
import { useSyncStatusContext } from '../hooks/use-sync-status-context.ts'

/** In the place of what comes later: that it comes, or that it cannot be had now. */
export function NotYet({ hasFailed }: { hasFailed: boolean }): ReactNode {
  const { strings } = useSyncStatusContext()
  return <small className="sw-none">{hasFailed ? strings.notLoaded : strings.loading}</small>
}
