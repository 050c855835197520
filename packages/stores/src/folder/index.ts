export { FolderStore, type FolderStoreOptions } from './folder-store.ts'
export { FolderWorkers } from './folder-workers.ts'
export { MARKER_NAME } from './identity-marker.ts'
