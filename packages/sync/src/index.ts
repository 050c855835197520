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
