import type { StoreSummary } from '@syncwatch/core'
import { createSyncStatusManager, type StatusOverview, type SyncStatus } from '@syncwatch/status-manager'

/** What `GET /api/v1/status` answers; `initialSyncStatusState` of `@syncwatch/react` takes it. */
export interface SyncStatusReport extends StatusOverview {
  stores: StoreSummary[]
}

/**
 * The status as it is now, for rendering on a server. Without a manager it opens the database of `DATABASE_URL` for this one
 * answer; a service that renders often gives it its own.
 */
export async function getSyncStatus(manager?: Pick<SyncStatus, 'getStatus'>): Promise<SyncStatusReport> {
  if (manager !== undefined) return { ...(await manager.getStatus()), stores: [] }
  const own = createSyncStatusManager({ hints: 'poll' })
  try {
    return { ...(await own.getStatus()), stores: [] }
  } finally {
    await own.stop()
  }
}
