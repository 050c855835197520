export { ScheduledSyncs, type ScheduledSyncsOptions } from './scheduled-syncs.ts'
export { StoresFollow } from './stores-follow.ts'
export { createJobs, type EnqueueOptions, SyncJobs, type SyncJobsOptions } from './sync-jobs.ts'
export { WatchedStores, type WatchedStoresOptions } from './watched-stores.ts'
