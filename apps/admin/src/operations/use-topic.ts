import { selectTopicRows } from '@syncwatch/client'
import type { LiveRow } from '@syncwatch/core'
import { type SyncStatusState, useSyncState, useSyncStatusContext } from '@syncwatch/react'
import { useCallback, useEffect, useMemo } from 'react'

/** Follows a topic while the calling component is shown; its rows, unsorted. */
export function useTopic<Row extends LiveRow>(topic: string): Row[] {
  const { client } = useSyncStatusContext()
  useEffect(() => client?.follow(topic), [client, topic])
  const select = useCallback((state: SyncStatusState) => selectTopicRows(state, topic), [topic])
  const rows = useSyncState(select)
  return useMemo(() => Object.values(rows) as Row[], [rows])
}
