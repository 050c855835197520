export { BidirectionalSyncService, type SyncServiceOptions } from './bidirectional-sync-service.ts'
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
