import type { ApiApp } from '@syncwatch/http'
import { getAsset } from './assets/get-asset.ts'
import { getContent } from './assets/get-content.ts'
import { listAssets } from './assets/list-assets.ts'
import type { MediaLibrary } from './media-library.ts'
import { addStore } from './stores/add-store.ts'
import { getStore } from './stores/get-store.ts'
import { listStores } from './stores/list-stores.ts'
import { removeStore } from './stores/remove-store.ts'
import { syncStore } from './stores/sync-store.ts'
import { testStore } from './stores/test-store.ts'

const ROUTES = [listStores, addStore, getStore, removeStore, testStore, syncStore, listAssets, getAsset, getContent]

/** Adds the routes of stores and assets to the API. */
export function addMediaRoutes(app: ApiApp, library: MediaLibrary): void {
  for (const register of ROUTES) register(app, library)
}
