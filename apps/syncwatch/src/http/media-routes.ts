import type { ApiApp } from '@syncwatch/http'
import { getAsset } from './assets/get-asset.ts'
import { getContent } from './assets/get-content.ts'
import { listAssets } from './assets/list-assets.ts'
import { listReplicas } from './assets/list-replicas.ts'
import type { MediaService } from './media-service.ts'
import { addStore } from './stores/add-store.ts'
import { getStore } from './stores/get-store.ts'
import { listStores } from './stores/list-stores.ts'
import { removeStore } from './stores/remove-store.ts'
import { syncStore } from './stores/sync-store.ts'
import { testStore } from './stores/test-store.ts'

const ROUTES = [
  listStores,
  addStore,
  getStore,
  removeStore,
  testStore,
  syncStore,
  listAssets,
  getAsset,
  listReplicas,
  getContent,
]

/** Adds the routes of stores and assets to the API. */
export function addMediaRoutes(app: ApiApp, media: MediaService): void {
  for (const register of ROUTES) register(app, media)
}
