import type { OperationFilter, OperationRow } from '@syncwatch/core'
import { matchesFilter } from './matches-filter.ts'
import type { SyncStatusState } from './sync-status-state.ts'

export type OperationsSelector = (state: SyncStatusState) => readonly OperationRow[]

/** Makes a selector of the held open operations, oldest first. It returns the same array while no row of it changed. */
export function createOpenOperationsSelector(filter?: OperationFilter): OperationsSelector {
  return listSelector((state) => state.openIds, filter)
}

/** The same of the held ended operations, latest first. */
export function createEndedOperationsSelector(filter?: OperationFilter): OperationsSelector {
  return listSelector((state) => state.endedIds, filter)
}

/** The same of all held operations: open ones oldest first, then ended ones latest first. */
export function createOperationsSelector(filter?: OperationFilter): OperationsSelector {
  return listSelector((state) => [...state.openIds, ...state.endedIds], filter)
}

function listSelector(
  ids: (state: SyncStatusState) => readonly string[],
  filter?: OperationFilter,
): OperationsSelector {
  let seen: SyncStatusState['operations'] | undefined
  let rows: readonly OperationRow[] = []
  return (state) => {
    if (state.operations === seen) return rows
    seen = state.operations
    const next = ids(state).flatMap((id) => {
      const row = state.operations[id]
      return row && (!filter || matchesFilter(row, filter)) ? row : []
    })
    if (!sameRows(rows, next)) rows = next
    return rows
  }
}

function sameRows(a: readonly OperationRow[], b: readonly OperationRow[]): boolean {
  return a.length === b.length && a.every((row, index) => row === b[index])
}
