import type { ApiApp } from '@syncwatch/http'
import { assetUsage } from './assets/asset-usage.ts'
import { assetVersions } from './assets/asset-versions.ts'
import { createAsset } from './assets/create-asset.ts'
import { deleteAsset } from './assets/delete-asset.ts'
import { deleteAssets } from './assets/delete-assets.ts'
import { editAsset } from './assets/edit-asset.ts'
import { getAsset } from './assets/get-asset.ts'
import { getContent } from './assets/get-content.ts'
import { listAssets } from './assets/list-assets.ts'
import { listReplicas } from './assets/list-replicas.ts'
import { replaceContent } from './assets/replace-content.ts'
import { restoreAsset } from './assets/restore-asset.ts'
import { attention } from './attention.ts'
import { collectionAssets } from './collections/collection-assets.ts'
import { collectionRoutes } from './collections/collection-routes.ts'
import { conflictContent } from './conflicts/conflict-content.ts'
import { listConflicts } from './conflicts/list-conflicts.ts'
import { resolveConflicts } from './conflicts/resolve-conflicts.ts'
import type { MediaService } from './media-service.ts'
import { addStore } from './stores/add-store.ts'
import { editStore } from './stores/edit-store.ts'
import { forgetIdentity } from './stores/forget-identity.ts'
import { getStore } from './stores/get-store.ts'
import { heldPlan } from './stores/held-plan.ts'
import { listStores } from './stores/list-stores.ts'
import { previewPlan } from './stores/preview-plan.ts'
import { removeStore } from './stores/remove-store.ts'
import { syncStore } from './stores/sync-store.ts'
import { testStore } from './stores/test-store.ts'
import { verifyStore } from './stores/verify-store.ts'
import { listTrash } from './trash/list-trash.ts'
import { purgeTrash } from './trash/purge-trash.ts'

const ROUTES = [
  listStores,
  addStore,
  getStore,
  removeStore,
  testStore,
  syncStore,
  editStore,
  forgetIdentity,
  heldPlan,
  previewPlan,
  verifyStore,
  listAssets,
  createAsset,
  deleteAssets,
  getAsset,
  listReplicas,
  getContent,
  editAsset,
  replaceContent,
  deleteAsset,
  restoreAsset,
  assetVersions,
  assetUsage,
  listTrash,
  purgeTrash,
  collectionRoutes,
  collectionAssets,
  listConflicts,
  resolveConflicts,
  conflictContent,
  attention,
]

/** Adds the routes of stores and assets to the API. */
export function addMediaRoutes(app: ApiApp, media: MediaService): void {
  for (const register of ROUTES) register(app, media)
}
