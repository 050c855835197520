export { createJobs, type EnqueueOptions, SyncJobs, type SyncJobsOptions } from './sync-jobs.ts'
