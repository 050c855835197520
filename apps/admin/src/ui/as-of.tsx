import { useIsLive, useSyncState, useSyncStatusContext } from '@syncwatch/react'
import clsx from 'clsx'
import type { ReactNode } from 'react'

/** "as of 14:02:31" while the figures beside it are not the present. */
export function AsOf({ className }: { className?: string }): ReactNode {
  const { strings } = useSyncStatusContext()
  const isLive = useIsLive()
  const lastUpdate = useSyncState((state) => state.lastUpdate)
  const text = isLive || lastUpdate === null ? '' : strings.words.asOf(strings.words.time(lastUpdate))
  return <span className={clsx('text-xs text-muted', className)}>{text}</span>
}
