import { selectFailures } from '../state/failures.ts'
import { selectOverallProgress } from '../state/overall-progress.ts'
import {
  selectActiveOperationsCount,
  selectConnection,
  selectIsConnected,
  selectLastUpdate,
  selectOperation,
  selectSystemHealth,
} from '../state/selectors.ts'
import type { SyncStatusState } from '../state/sync-status-state.ts'
import { selectVerdict } from '../words/select-verdict.ts'

/** A root state that holds the slice where it belongs. */
export interface SyncStatusRootState {
  syncStatus: SyncStatusState
}

/** The slice itself; every selector of `@syncwatch/client` takes it. */
export const selectSyncStatus = (root: SyncStatusRootState): SyncStatusState => root.syncStatus

/** The selectors over a root state. `of` takes the way to the slice where it lies somewhere else. */
export function syncStatusSelectors<Root>(of: (root: Root) => SyncStatusState) {
  return {
    selectConnection: (root: Root) => selectConnection(of(root)),
    selectIsConnected: (root: Root) => selectIsConnected(of(root)),
    selectActiveOperationsCount: (root: Root) => selectActiveOperationsCount(of(root)),
    selectSystemHealth: (root: Root) => selectSystemHealth(of(root)),
    selectLastUpdate: (root: Root) => selectLastUpdate(of(root)),
    selectOverallProgress: (root: Root) => selectOverallProgress(of(root)),
    selectOperation: (root: Root, id: string) => selectOperation(of(root), id),
    selectFailures: (root: Root, now?: number) => selectFailures(of(root), now),
    selectVerdict: (root: Root, now: number) => selectVerdict(of(root), now),
  }
}
