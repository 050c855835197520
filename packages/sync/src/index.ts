export { BidirectionalSyncService, type SyncServiceOptions } from './bidirectional-sync-service.ts'
export type { ConflictSide } from './conflicts/conflict-side.ts'
export { Conflicts, type ResolvedConflicts } from './conflicts/conflicts.ts'
export type { ConflictQuery } from './conflicts/list-conflicts.ts'
export { RunTally } from './execute/run-tally.ts'
export { type FullSyncOptions, type FullSyncResult, fullSync } from './full-sync.ts'
export { PostgresLedger } from './ledger/postgres-ledger.ts'
export { type AssetEdit, assetEditSchema } from './library/asset-edit-schema.ts'
export { type UsageReference, usageSchema } from './library/asset-usage.ts'
export {
  type CollectionEdit,
  Collections,
  collectionEditSchema,
  type NewCollection,
  newCollectionSchema,
} from './library/collections.ts'
export type { CreatedAsset } from './library/create-asset.ts'
export type { DeleteAssets } from './library/delete-assets.ts'
export type { EditedBy, LibraryContext } from './library/library-context.ts'
export { LibraryEditor } from './library/library-editor.ts'
export { ASSET_KINDS, type AssetKind, type AssetQuery, type FolderRow } from './library/list-assets.ts'
export { type AssetContent, MediaLibrary, type MediaLibraryOptions } from './library/media-library.ts'
export { assetsTopic, storesTopic } from './library/topic-sources.ts'
export { MediaJobs, type MediaJobsOptions } from './media/media-jobs.ts'
export { HeldPlans } from './plan/held-plan-desk.ts'
export type { HeldPlan, HeldRow } from './plan/held-plans.ts'
export { type AssetMetadata, type JsonValue, NO_METADATA } from './ports/asset-metadata.ts'
export type {
  AssetContent as RecordedContent,
  AssetWrite,
  BaseWrite,
  Compared,
  CompareOptions,
  ConflictNote,
  ContentHolder,
  FinishedRun,
  Ledger,
  LedgerEntry,
  LedgerRun,
  PlannedRow,
  StoreScope,
  TakenName,
} from './ports/ledger.ts'
export type { ImageFacts, MediaInspector } from './ports/media-inspector.ts'
export type { OtherStores } from './ports/other-stores.ts'
export type {
  ContentSource,
  ListingPage,
  OpenObject,
  Precondition,
  SetMetadataOptions,
  Store,
  StoreCapabilities,
  StoreIdentity,
  StoreObject,
  StoreProblem,
  TakenObject,
  TakeOptions,
  WriteOptions,
} from './ports/store.ts'
export type { Vault, VaultEntry } from './ports/vault.ts'
export type { LyingContent, VaultSweep } from './ports/vault-sweep.ts'
export type { PlanPreview, PreviewedRow } from './preview-plan.ts'
export { keyBeforeMoving } from './reconcile/name-between.ts'
export {
  type CreateStore,
  createStoreSchema,
  type EditStore,
  editStoreSchema,
  StoreCatalog,
} from './stores/store-catalog.ts'
export type { StoreRecord } from './stores/store-record.ts'
export { longestPauseMs } from './stores/store-schedule.ts'
export { storePrefixes, storeSentinel } from './stores/store-scope.ts'
export { type SyncSingleOptions, syncSingle } from './sync-single.ts'
export { LibraryUpkeep, type LibraryUpkeepOptions } from './upkeep/library-upkeep.ts'
export { KEPT_DAYS, type KeptDays } from './upkeep/purge-expired.ts'
export { type SweepOptions, type Swept, sweepVault } from './upkeep/sweep-vault.ts'
export { type VerifyOptions, type VerifyResult, verifyStore } from './verify-store.ts'
