import { createSyncClient, type SyncClient } from '@syncwatch/client'

/** The panel's one client, on the page's own origin; the library reads its assets in pages instead of following them all. */
export function createPanelClient(): SyncClient {
  return createSyncClient()
}
