import type { Clock, Random, StoreSummary } from '@syncwatch/core'
import type { SyncStatus } from '@syncwatch/status-manager'
import type pg from 'pg'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import type { MediaLibrary } from '../http/media-library.ts'
import type { StopList } from './stop-list.ts'

export interface MediaParts {
  readonly config: Config
  readonly status: SyncStatus
  readonly pool: pg.Pool
  readonly databaseUrl: string
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly stops: StopList
}

/** The library with its stores, and the jobs that work on them. */
export interface Media {
  readonly library: MediaLibrary
  /** Connects a folder as a store unless it is one, and begins a run. Gives the store's location. */
  connectFolder(folder: string): Promise<StoreSummary>
}
