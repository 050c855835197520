import type { OperationId, StoreId } from '@syncwatch/core'
import type { PgBoss } from 'pg-boss'

/** One asset that is synced by itself. */
export interface AssetJob {
  readonly id: string
  readonly key: string
  /** The revision that is to come to the store. */
  readonly revision: number
  readonly change: 'upload' | 'update' | 'delete'
}

/** What is kept of a job. */
export interface SyncJob {
  operation_id: OperationId
  store_id: StoreId
  /** Set where the store is not synced but verified. */
  verify?: 'metadata' | 'full'
  /** Set where only this asset is synced. */
  asset?: { id: string; revision: number }
}

/** Runs and verifications: one of a store at a time. */
export const QUEUE = 'sync'
/** Single assets, beside them: of each one waits at most, and takes its turn with the one that is under way. */
export const ASSET_QUEUE = 'sync-asset'
/** Where a job ends up that failed for good: its operation must not stay open. */
export const ABANDONED = 'sync-abandoned'
/** A job is taken over at most so often; what kills its node each time ends as `orphaned`. */
export const MOST_RETRIES = 20

const TAKEN_OVER = {
  // A dead node's job is another's after at most heartbeat + supervision + retry delay + poll: 17 s the first time.
  heartbeatSeconds: 10,
  expireInSeconds: 23 * 3600,
  retryLimit: MOST_RETRIES,
  // Soon at first, and slower when it keeps failing: a database that refuses at once must not use up the tries.
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 8,
  deadLetter: ABANDONED,
  deleteAfterSeconds: 3600,
} as const

export async function createQueues(boss: PgBoss): Promise<void> {
  await boss.createQueue(ABANDONED, { retryLimit: 100, retryDelay: 5, deleteAfterSeconds: 3600 })
  await boss.createQueue(QUEUE, { ...TAKEN_OVER, policy: 'exclusive' })
  await boss.createQueue(ASSET_QUEUE, { ...TAKEN_OVER, policy: 'short' })
}
