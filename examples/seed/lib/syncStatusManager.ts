import { createSyncStatusManager } from '@syncwatch/status'

/** One manager for this process, on the database of DATABASE_URL. Nothing is connected before its first use. */
export const SyncStatusManager = createSyncStatusManager()
