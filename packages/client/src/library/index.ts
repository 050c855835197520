export type { AssetCalls } from './asset-calls.ts'
export type { Attention } from './attention.ts'
export type { CollectionCalls } from './collection-calls.ts'
export type { ConflictCalls } from './conflict-calls.ts'
export { type ClosedGate, type HeldPlan, type HeldRow, heldCount, type StorePlan } from './held-plan.ts'
export { createLibraryClient, type LibraryClient } from './library-client.ts'
export type {
  AssetAtRevision,
  AssetEdit,
  AssetKind,
  AssetsQuery,
  CollectionEdit,
  ConflictsQuery,
  FolderRow,
  NewStoreInput,
  ResolvedConflicts,
  StoreEdit,
  StoreTest,
} from './library-inputs.ts'
export type { LibraryClientOptions } from './library-request.ts'
export type { PlanPreview, PreviewedFate, PreviewedRow } from './plan-preview.ts'
export type { StoreCalls } from './store-calls.ts'
export type { TrashCalls } from './trash-calls.ts'
