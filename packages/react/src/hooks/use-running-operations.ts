'use client'
import { selectActiveOperationsCount } from '@syncwatch/client'
import { isEnded, type OperationRow, type TimerHandle } from '@syncwatch/core'
import { useEffect, useMemo, useRef, useState } from 'react'
import { arrangeRunning, nextLeaveIn, type RunningPlace, rowsAt } from '../format/running-rows.ts'
import { isShallowEqual } from '../provider/shallow-equal.ts'
import { useSyncState } from './use-sync-state.ts'
import { useSyncStatusContext } from './use-sync-status-context.ts'

/** What runs, as a list that can be read and pointed at. */
export interface RunningOperations {
  /** Oldest first; an ended one stays in its place for 5 s. */
  rows: OperationRow[]
  /** How many more are open. */
  hidden: number
  /** Handlers for the element around the list: nothing moves while it is pointed at or has the focus. */
  hold: Record<'onPointerEnter' | 'onPointerLeave' | 'onFocus' | 'onBlur', () => void>
}

/** At most `limit` running operations in steady places. */
export function useRunningOperations(limit: number): RunningOperations {
  const { clock, source } = useSyncStatusContext()
  const held = useRef({ pointer: false, focus: false })
  const look = useRef(() => {})
  const [rows, setRows] = useState<OperationRow[]>(() => {
    const state = source.getState()
    return rowsAt(state, arrangeRunning([], { state, now: 0, limit, isHeld: false }))
  })
  useEffect(() => {
    let places: readonly RunningPlace[] = []
    let timer: TimerHandle | undefined
    look.current = () => {
      timer?.cancel()
      const isHeld = held.current.pointer || held.current.focus
      const state = source.getState()
      places = arrangeRunning(places, { state, now: clock.monotonic(), limit, isHeld })
      const next = rowsAt(state, places)
      setRows((before) => (isShallowEqual(before, next) ? before : next))
      const wait = isHeld ? null : nextLeaveIn(places, clock.monotonic())
      if (wait !== null) timer = clock.setTimeout(look.current, wait)
    }
    look.current()
    const stop = source.subscribe(look.current)
    return () => {
      stop()
      timer?.cancel()
    }
  }, [clock, source, limit])
  const hold = useMemo(() => {
    const set = (part: 'pointer' | 'focus', value: boolean) => () => {
      held.current[part] = value
      if (!value) look.current()
    }
    return {
      onPointerEnter: set('pointer', true),
      onPointerLeave: set('pointer', false),
      onFocus: set('focus', true),
      onBlur: set('focus', false),
    }
  }, [])
  const open = rows.filter((row) => !isEnded(row.status)).length
  return { rows, hidden: Math.max(0, useSyncState(selectActiveOperationsCount) - open), hold }
}
