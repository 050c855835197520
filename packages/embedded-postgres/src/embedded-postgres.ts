import { mkdir, realpath } from 'node:fs/promises'
import { type AbortSignalLike, type Clock, SyncwatchError, systemClock } from '@syncwatch/core'
import pg from 'pg'
import { chooseAccount } from './account.ts'
import { ensureCluster, layoutOf } from './cluster.ts'
import { type FolderLock, lockFolder } from './folder-lock.ts'
import { type Host, thisHost } from './host.ts'
import { type LaunchSite, launch } from './launch.ts'
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.ts'
import { type Postmaster, type PostmasterExit, stopPostmaster } from './postmaster.ts'
import { serverUrl, withConnection } from './server-identity.ts'
import { fileFailure } from './start-failure.ts'

/** How to start an embedded Postgres. */
export interface EmbeddedPostgresOptions {
  /** Belongs to the server alone; is made if missing, its parents too. */
  readonly dataFolder: string
  /** The database that `url` names; is made if missing. Default `syncwatch`. */
  readonly database?: string
  readonly log?: (line: string) => void
  readonly clock?: Clock
  /** Called when the server ends without having been asked to. `restart` brings it back. */
  readonly onExit?: (exit: PostmasterExit) => void
  /** Postgres settings, such as `{ shared_buffers: '256MB' }`. */
  readonly settings?: Readonly<Record<string, string>>
  /** How long a start may take, recovery after a crash included. Milliseconds, default 120 000. */
  readonly startTimeoutMs?: number
  /** Gives up a start; a server it has begun is stopped again. */
  readonly signal?: AbortSignalLike
  /** The machine; tests put another one here. */
  readonly host?: Host
  /** The programs; default: those of the installed platform package. */
  readonly binaries?: PostgresBinaries
}

/** A Postgres that this process manages, alone, until `stop` or its own end. */
export interface EmbeddedPostgres {
  /** Of a superuser, with the password. Changes only when a `restart` finds the port taken. */
  readonly url: string
  readonly pid: number
  /** The server was running already, left by a process that ended without stopping it. */
  readonly adopted: boolean
  /** Whether this start made a new, empty cluster. */
  readonly created: boolean
  /** Stops the server if it runs and starts it on the same port. For `onExit`; waits for a stop or restart under way. */
  restart(): Promise<void>
  /**
   * Stops the server (everything committed is kept, open transactions are rolled back), waits until it is gone, and
   * frees the data folder. May be called twice. Call it last, when nothing needs the database any more.
   */
  stop(): Promise<void>
}

/**
 * Starts the Postgres of a data folder, or takes over the one that an earlier process left running there.
 *
 * Fails with `data_folder_in_use` when another process manages the folder, `postgres_unavailable` when Postgres cannot
 * run here, `disk_full` when there is no room. Each message is one sentence that says what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const host = options.host ?? thisHost()
  const binaries = options.binaries ?? (await findPostgresBinaries(host))
  try {
    await mkdir(options.dataFolder, { recursive: true, mode: 0o700 })
    const dataFolder = await realpath(options.dataFolder)
    const lock = await lockFolder(dataFolder)
    try {
      return await startLocked(options, { host, binaries, dataFolder, lock })
    } catch (error) {
      lock.release()
      throw error
    }
  } catch (error) {
    throw fileFailure(error, options.dataFolder)
  }
}

interface Locked {
  readonly host: Host
  readonly binaries: PostgresBinaries
  readonly dataFolder: string
  readonly lock: FolderLock
}

async function startLocked(options: EmbeddedPostgresOptions, locked: Locked): Promise<EmbeddedPostgres> {
  const { host, binaries, dataFolder, lock } = locked
  const layout = layoutOf(dataFolder)
  const account = await chooseAccount(host, binaries, layout)
  if (options.signal?.aborted) throw options.signal.reason
  const { password, created } = await ensureCluster(layout, binaries, account)
  const site: LaunchSite = {
    layout,
    binaries,
    account,
    password,
    host,
    clock: options.clock ?? systemClock(),
    settings: options.settings ?? {},
    log: options.log ?? (() => {}),
    startTimeoutMs: options.startTimeoutMs ?? 120_000,
    signal: options.signal,
  }
  const server = new ManagedPostgres(site, lock, created, options)
  await server.start()
  return server
}

class ManagedPostgres implements EmbeddedPostgres {
  readonly created: boolean
  readonly #site: LaunchSite
  readonly #lock: FolderLock
  readonly #database: string
  readonly #onExit: ((exit: PostmasterExit) => void) | undefined
  #postmaster: Postmaster | undefined
  /** Ends we brought about ourselves are no news. */
  #stopping = false
  #stopped: Promise<void> | undefined
  #turn: Promise<unknown> = Promise.resolve()

  constructor(site: LaunchSite, lock: FolderLock, created: boolean, options: EmbeddedPostgresOptions) {
    this.#site = site
    this.#lock = lock
    this.created = created
    this.#database = options.database ?? 'syncwatch'
    this.#onExit = options.onExit
  }

  get url(): string {
    return serverUrl({ port: this.#current.port, password: this.#site.password }, this.#database)
  }

  get pid(): number {
    return this.#current.pid
  }

  get adopted(): boolean {
    return this.#current.adopted
  }

  get #current(): Postmaster {
    if (!this.#postmaster) throw new Error('Postgres has not been started')
    return this.#postmaster
  }

  async start(preferredPort?: number): Promise<void> {
    const postmaster = await launch(this.#site, preferredPort)
    this.#postmaster = postmaster
    this.#stopping = false
    this.#site.log(`Postgres ${postmaster.adopted ? 'was adopted' : 'runs'} as process ${postmaster.pid}.`)
    try {
      await ensureDatabase({ port: postmaster.port, password: this.#site.password }, this.#database)
    } catch (error) {
      if (!postmaster.adopted) await stopPostmaster(postmaster, this.#site.clock)
      throw error
    }
    postmaster.onExit((exit) => {
      if (this.#stopping) return
      this.#site.log(`Postgres (process ${exit.pid}) ended unexpectedly; see ${this.#site.layout.logFile}.`)
      this.#onExit?.(exit)
    })
  }

  restart(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#stopped !== undefined)
        throw new SyncwatchError('shutting_down', 'Postgres was stopped and is not started again.')
      this.#stopping = true
      await stopPostmaster(this.#current, this.#site.clock)
      await this.start(this.#current.port)
    })
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#inTurn(async () => {
      this.#stopping = true
      await stopPostmaster(this.#current, this.#site.clock)
      this.#lock.release()
    })
    return this.#stopped
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => {})
    return result
  }
}

async function ensureDatabase(address: { port: number; password: string }, name: string): Promise<void> {
  await withConnection(address, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name])
    if (!rowCount) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`)
  })
}
