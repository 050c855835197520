import type { SyncStatusManagerOptions } from './manager-options.ts'
import { SyncStatusManager } from './sync-status-manager.ts'

/**
 * Makes a status manager on a Postgres (`DATABASE_URL` unless a pool or an address is given). Nothing is connected and nothing
 * runs before the first use; `start()` adds what a long-lived process owes the others (recovery, health, retention).
 */
export function createSyncStatusManager(options: SyncStatusManagerOptions = {}): SyncStatusManager {
  return new SyncStatusManager(options)
}
