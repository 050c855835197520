import { join } from 'node:path'
import { type Clock, type Random, type StoreSummary, SyncwatchError } from '@syncwatch/core'
import type { SyncStatusManager } from '@syncwatch/status-manager'
import { FolderStore, FolderWorkers } from '@syncwatch/stores/folder'
import { SharpInspector } from '@syncwatch/stores/media'
import { FolderVault } from '@syncwatch/stores/vault-folder'
import {
  assetsTopic,
  BidirectionalSyncService,
  Collections,
  Conflicts,
  HeldPlans,
  KEPT_DAYS,
  type LibraryContext,
  LibraryEditor,
  LibraryUpkeep,
  longestPauseMs,
  MediaJobs,
  MediaLibrary,
  type Store,
  StoreCatalog,
  type StoreRecord,
  storesTopic,
} from '@syncwatch/sync'
import {
  createJobs,
  ScheduledSyncs,
  StoresFollow,
  type SyncJobs,
  type SyncJobsOptions,
  WatchedStores,
} from '@syncwatch/sync/jobs'
import type pg from 'pg'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import type { MediaService } from '../http/media-service.ts'
import { LibraryService } from './library-service.ts'
import type { StopList } from './stop-list.ts'

export interface MediaParts {
  readonly config: Config
  readonly status: SyncStatusManager
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly stops: StopList
}

/** The library with its stores, and the jobs that work on them. */
export interface Media {
  readonly service: MediaService
  /** Connects a folder as a store unless it is one, and begins a run. */
  connectFolder(folder: string): Promise<StoreSummary>
}

/** Opens the vault, the library and the stores, and takes up the work that is waiting. */
export async function startMedia(parts: MediaParts): Promise<Media> {
  const { config, pool, status, clock, random, stops, log } = parts
  const vault = await FolderVault.open({ root: join(config.dataFolder, 'vault'), clock, random })
  stops.add('vault', () => vault.close())
  const inspector = new SharpInspector()
  const workers = new FolderWorkers()
  stops.add('file workers', () => workers.close())
  const openStore = storeOpener(clock, random, workers)
  const library = new MediaLibrary({ pool, vault, openStore })
  const onError = (error: unknown) => log.warn({ err: error }, 'an image could not be looked at')
  const thumbnails = new MediaJobs({ pool, library, vault, inspector, status, clock, onError })
  const onImported = () => thumbnails.kick()
  const service = new BidirectionalSyncService({
    pool,
    vault,
    inspector,
    openStore,
    clock,
    random,
    onImported,
    onError: (error) => log.error({ err: error }, 'a sync failed in a way that has no code'),
  })
  status.hub.registerTopicSource('stores', storesTopic(pool))
  status.hub.registerTopicSource('assets', assetsTopic(pool))
  const catalog = new StoreCatalog(pool)
  let follow: StoresFollow | undefined
  const jobs = await startJobs(parts, service, thumbnails, async (storeId, asset) => {
    if (asset === null) follow?.ran()
    else await follow?.assetSynced(storeId, asset)
  })
  status.addHealthProbe(async () => {
    const now = new Date(clock.now())
    return { stores: (await catalog.list()).map((store) => freshnessOf(store, now)) }
  })
  follow = startFollowers(parts, jobs, catalog)
  const watched = startWatching(parts, jobs, catalog, openStore)
  const context: LibraryContext = {
    pool,
    vault,
    inspector,
    clock,
    maxContentBytes: config.maxContentBytes,
    onChanged: (ids, by, storeId) => follow?.changed(ids, by, storeId),
    onContent: () => thumbnails.kick(),
  }
  startUpkeep(parts, vault)
  const facade = new LibraryService({
    sync: service,
    status,
    catalog,
    library,
    jobs,
    openStore,
    clock,
    random,
    dataFolder: config.dataFolder,
    onStoresChanged: () => watched.look(),
    editor: new LibraryEditor(context),
    collections: new Collections(pool),
    conflicts: new Conflicts(context),
    plans: new HeldPlans(pool),
  })
  return { service: facade, connectFolder: (folder) => facade.connectFolder(folder) }
}

async function startJobs(
  parts: MediaParts,
  service: BidirectionalSyncService,
  thumbnails: MediaJobs,
  onPerformed: NonNullable<SyncJobsOptions['onPerformed']>,
): Promise<SyncJobs> {
  const { pool, status, clock, log, stops, config } = parts
  const onError = (error: Error) => log.warn({ err: error }, 'a job could not be looked after; it is tried again')
  // Nobody else works on the embedded database, so what a killed server left goes on at once.
  const jobs = createJobs({
    pool,
    status,
    service,
    clock,
    onError,
    onPerformed,
    soleNode: config.databaseUrl === null,
  })
  stops.add('jobs', () => jobs.stop())
  await jobs.start()
  thumbnails.start()
  stops.add('thumbnails', () => thumbnails.stop())
  return jobs
}

/** What is over is removed once it is older than it is kept. */
function startUpkeep({ pool, clock, config, log, stops }: MediaParts, vault: FolderVault): void {
  const upkeep = new LibraryUpkeep({
    pool,
    vault,
    clock,
    kept: { ...KEPT_DAYS, trash: config.trashDays, versions: config.versionDays },
    onSwept: (swept) => log.info(swept, 'the vault was swept'),
    onError: (error) => log.warn({ err: error }, 'what is over could not be removed; it is tried again'),
  })
  upkeep.start()
  stops.add('upkeep', () => upkeep.stop())
}

/** What runs by itself: what is due by a schedule, and what stores have to be told of a change of the library. */
function startFollowers(parts: MediaParts, jobs: SyncJobs, catalog: StoreCatalog): StoresFollow {
  const { pool, status, clock, log, stops } = parts
  const enqueueSync: SyncJobs['enqueueUnlessPaused'] = (id, by) => jobs.enqueueUnlessPaused(id, by)
  const scheduled = new ScheduledSyncs({
    pool,
    clock,
    enqueueSync,
    onError: (error) => log.warn({ err: error }, 'the schedules could not be looked at; it is tried again'),
  })
  scheduled.start()
  stops.add('schedules', () => scheduled.stop())
  const follow = new StoresFollow({
    pool,
    catalog,
    status,
    clock,
    enqueueSync,
    enqueueAsset: (id, asset, by) => jobs.enqueueAsset(id, asset, by),
    onError: (error) => log.warn({ err: error }, 'stores were not told of a change; their next run finds it'),
  })
  follow.start()
  stops.add('stores that follow', () => follow.stop())
  return follow
}

/** Stores that can be watched are run through soon after something changed in them. */
function startWatching(
  { pool, status, clock, log, stops }: MediaParts,
  jobs: SyncJobs,
  catalog: StoreCatalog,
  openStore: (record: StoreRecord) => Promise<Store>,
): WatchedStores {
  const watched = new WatchedStores({
    pool,
    catalog,
    status,
    clock,
    openStore,
    enqueueSync: (id, by) => jobs.enqueueUnlessPaused(id, by),
    onError: (error) =>
      log.warn({ err: error }, 'a store cannot be watched; its runs by schedule and by hand find changes'),
  })
  watched.start()
  stops.add('watched stores', () => watched.stop())
  return watched
}

/** A store without a schedule cannot be late; one that is away is still said. */
function freshnessOf({ name, state, verified_at, created_at, schedule }: StoreSummary, now: Date) {
  const everyMs = schedule === null ? null : longestPauseMs(schedule, now)
  return { name, state, freshAt: Date.parse(verified_at ?? created_at), everyMs }
}

/** Opens the driver that a store's kind asks for. */
function storeOpener(clock: Clock, random: Random, workers: FolderWorkers): (record: StoreRecord) => Promise<Store> {
  return async (record) => {
    if (record.kind === 'folder') return new FolderStore({ root: record.location, clock, random, workers })
    throw new SyncwatchError('invalid_input', `Stores of the kind "${record.kind}" cannot be opened by this version.`)
  }
}
