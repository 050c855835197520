import type { SyncClientOptions } from './client-options.ts'
import type { SyncClient } from './sync-client.ts'

/** Makes a client. It does nothing until `start`. */
export function createSyncClient(_options: SyncClientOptions = {}): SyncClient {
  throw new Error('The client is being built.')
}
