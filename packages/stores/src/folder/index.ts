export { FolderStore, type FolderStoreOptions } from './folder-store.ts'
export { MARKER_NAME } from './identity-marker.ts'
