import type { SyncStatusState } from '@syncwatch/client'
import { useCallback, useRef, useSyncExternalStore } from 'react'
import { isShallowEqual } from '../provider/shallow-equal.ts'
import { useSyncStatusContext } from './use-sync-status-context.ts'

/**
 * Reads a part of the state and renders again only when that part changed: by identity, or field by field for plain
 * objects and arrays.
 */
export function useSyncState<Selected>(select: (state: SyncStatusState) => Selected): Selected {
  const { source } = useSyncStatusContext()
  const last = useRef<{ state: SyncStatusState; select: typeof select; selected: Selected } | null>(null)
  const read = useCallback(() => {
    const state = source.getState()
    if (last.current?.state === state && last.current.select === select) return last.current.selected
    const fresh = select(state)
    const selected = last.current && isShallowEqual(last.current.selected, fresh) ? last.current.selected : fresh
    last.current = { state, select, selected }
    return selected
  }, [source, select])
  // A source may be an object with methods: it is called as one.
  const subscribe = useCallback((listener: () => void) => source.subscribe(listener), [source])
  return useSyncExternalStore(subscribe, read, read)
}
