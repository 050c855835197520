import type { Clock, Random } from '@syncwatch/core'
import type pg from 'pg'
import type { HintBus } from './hub/hint-bus.ts'
import type { StatusLogger } from './status-logger.ts'

/** How a manager is set up. Everything has a default; nothing connects before the first use or `start()`. */
export interface SyncStatusManagerOptions {
  /** Read from DATABASE_URL unless given. Ignored with `pool`. */
  databaseUrl?: string
  /** A pool of the host application. It is never closed here. */
  pool?: pg.Pool
  /** Where the status tables are; `public` unless given. */
  schema?: string
  clock?: Clock
  random?: Random
  /** Names this process among the nodes of one database. Made up for each manager unless given. */
  nodeId?: string
  /** What `updateProgress` and `reportItems` resolve on: `await` waits for the commit (serverless functions). */
  durability?: 'accepted' | 'await'
  /**
   * How this node hears of what others commit. `poll` where LISTEN does not work: behind a transaction pooler, where it is
   * the default (told by the address: port 6543 or `?pgbouncer=true`). Else `notify`. Or a bus of your own, for this manager alone.
   */
  hints?: 'notify' | 'poll' | HintBus
  /**
   * The most open operations that the live list holds; the newest are held, the others counted. 500 unless given, which is what
   * our clients keep. With more, raise `maxOpenOperations` of the gateway too.
   */
  openInView?: number
  logger?: StatusLogger
  timing?: Partial<StatusTiming>
}

/** Intervals in milliseconds. The defaults recover a dead node's work in under 30 s. */
export interface StatusTiming {
  /** How long a claim outlives the last sign of life of its node. */
  leaseMs: number
  heartbeatMs: number
  /** How often a node looks for work whose lease has run out. */
  recoveryMs: number
  /** How often a running claim looks whether it was cancelled or lost. */
  watchClaimsMs: number
  healthMs: number
  /** How often the schedules of snapshots and retention are looked at. */
  maintenanceMs: number
  connectionsMs: number
  /** How long ended operations, snapshots and closed connections are kept. */
  retentionMs: number
}

export const DEFAULT_TIMING: StatusTiming = {
  leaseMs: 15_000,
  heartbeatMs: 5_000,
  recoveryMs: 5_000,
  watchClaimsMs: 400,
  healthMs: 120_000,
  maintenanceMs: 60_000,
  connectionsMs: 1_000,
  retentionMs: 30 * 86_400_000,
}
