import { join } from 'node:path'
import { type Clock, isSyncwatchError, SyncwatchError, sleep } from '@syncwatch/core'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@syncwatch/embedded-postgres'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { readRuntimeFile } from './runtime-file.ts'

/** The Postgres that a process works with. */
export interface DatabaseServer {
  readonly url: string
  readonly embedded: boolean
  stop(): Promise<void>
}

/** Opens the configured database: your own, or the embedded one, which is kept running while we run. */
export async function openDatabase(
  config: Pick<Config, 'databaseUrl' | 'dataFolder'>,
  log: Logger,
  clock: Clock,
): Promise<DatabaseServer> {
  if (config.databaseUrl !== null) return { url: config.databaseUrl, embedded: false, stop: async () => {} }
  const keeper = new Keeper(log, clock)
  const begin = () =>
    startEmbeddedPostgres({
      dataFolder: join(config.dataFolder, 'postgres'),
      clock,
      log: (line) => log.debug({ source: 'postgres' }, line),
      onExit: () => keeper.revive(),
    })
  const postgres = await afterPredecessor(begin, config.dataFolder, clock)
  keeper.keep(postgres)
  return { url: postgres.url, embedded: true, stop: () => keeper.stop() }
}

const STOPPING_MS = 10_000
const LOOK_MS = 200

/**
 * A server that is just stopping (it has taken its runtime file away and still holds the folder) is waited for, so that a
 * quick restart needs no second try. One that runs is said at once.
 */
async function afterPredecessor<Result>(
  begin: () => Promise<Result>,
  dataFolder: string,
  clock: Clock,
): Promise<Result> {
  const until = clock.monotonic() + STOPPING_MS
  for (;;) {
    try {
      return await begin()
    } catch (error) {
      const isHeld = isSyncwatchError(error, 'data_folder_in_use')
      if (!isHeld || clock.monotonic() > until || (await readRuntimeFile(dataFolder)) !== null) throw error
      await sleep(clock, LOOK_MS)
    }
  }
}

/** Brings the embedded server back when it ends by itself. */
class Keeper {
  readonly #log: Logger
  readonly #clock: Clock
  readonly #stopping = new AbortController()
  #postgres: EmbeddedPostgres | null = null
  #reviving: Promise<void> = Promise.resolve()

  constructor(log: Logger, clock: Clock) {
    this.#log = log
    this.#clock = clock
  }

  keep(postgres: EmbeddedPostgres): void {
    this.#postgres = postgres
  }

  revive(): void {
    this.#reviving = this.#tryAgain().catch(() => {})
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new SyncwatchError('shutting_down', 'The server is stopping.'))
    await this.#reviving
    await this.#postgres?.stop()
  }

  async #tryAgain(): Promise<void> {
    for (let wait = 200; !this.#stopping.signal.aborted; wait = Math.min(wait * 2, 10_000)) {
      try {
        await this.#postgres?.restart()
        this.#log.warn('Postgres ended by itself and was started again.')
        return
      } catch (error) {
        this.#log.error({ err: error }, 'Postgres ended by itself and does not start.')
        await sleep(this.#clock, wait, this.#stopping.signal)
      }
    }
  }
}
