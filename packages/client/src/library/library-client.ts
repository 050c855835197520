import type { CallOptions } from '../http/api-inputs.ts'
import { type AssetCalls, assetCalls } from './asset-calls.ts'
import type { Attention } from './attention.ts'
import { type CollectionCalls, collectionCalls } from './collection-calls.ts'
import { type ConflictCalls, conflictCalls } from './conflict-calls.ts'
import { createLibraryRequest, type LibraryClientOptions } from './library-request.ts'
import { type StoreCalls, storeCalls } from './store-calls.ts'
import { type TrashCalls, trashCalls } from './trash-calls.ts'

/**
 * Typed calls for the library and its stores. Each rejects with a `ClientError` made from the problem details; with code
 * `server_unreachable` where no answer came, `timeout` where none came in time, and with the signal's reason where it was aborted.
 */
export interface LibraryClient {
  /** What waits for a person. */
  attention(options?: CallOptions): Promise<Attention>
  readonly assets: AssetCalls
  readonly trash: TrashCalls
  readonly collections: CollectionCalls
  readonly conflicts: ConflictCalls
  readonly stores: StoreCalls
}

/** Makes it; `baseUrl` is the origin (and path prefix) of the server, the page’s own unless given. */
export function createLibraryClient(options: LibraryClientOptions = {}): LibraryClient {
  const request = createLibraryRequest(options)
  return {
    attention: (o) => request.call('GET', ['attention'], o),
    assets: assetCalls(request),
    trash: trashCalls(request),
    collections: collectionCalls(request),
    conflicts: conflictCalls(request),
    stores: storeCalls(request),
  }
}
