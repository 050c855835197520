export { BidirectionalSyncService, type SyncServiceOptions } from './bidirectional-sync-service.ts'
export type { AssetQuery } from './library/list-assets.ts'
export { type AssetContent, MediaLibrary, type MediaLibraryOptions } from './library/media-library.ts'
export { assetsTopic, storesTopic } from './library/topic-sources.ts'
export { MediaJobs, type MediaJobsOptions } from './media/media-jobs.ts'
export type { ImageFacts, MediaInspector } from './ports/media-inspector.ts'
export type {
  ListingPage,
  OpenObject,
  Store,
  StoreCapabilities,
  StoreIdentity,
  StoreObject,
  StoreProblem,
} from './ports/store.ts'
export type { Vault, VaultEntry } from './ports/vault.ts'
export type { BaseState, Comparison, LibraryState, ObjectState, ReconcilePolicy } from './reconcile/comparison.ts'
export type { Decision, HoldReason, RuleId } from './reconcile/decision.ts'
export { reconcile } from './reconcile/reconcile.ts'
export { type CreateStore, createStoreSchema, StoreCatalog } from './stores/store-catalog.ts'
export type { StoreRecord } from './stores/store-record.ts'
