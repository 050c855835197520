import { isIP } from 'node:net'
import { type Clock, isSyncwatchError, type Random, SyncwatchError } from '@syncwatch/core'
import { createPool, migrate } from '@syncwatch/database'
import { createStatusApi, postgresIdempotency } from '@syncwatch/http'
import { createSyncStatusManager, type SyncStatusManager } from '@syncwatch/status-manager'
import type { Webhooks } from '@syncwatch/webhooks'
import type { Hono } from 'hono'
import type pg from 'pg'
import type { Logger } from 'pino'
import { allowedHosts } from '../auth/allowed-hosts.ts'
import { requireToken } from '../auth/require-token.ts'
import { createSessions } from '../auth/sessions.ts'
import { tokenAuthorizer, tokenFinder } from '../auth/token-authorizer.ts'
import type { Config } from '../config/config.ts'
import { createApp } from '../http/create-app.ts'
import { createLogin } from '../http/login.ts'
import { addMediaRoutes } from '../http/media-routes.ts'
import { createMetrics } from '../http/metrics.ts'
import { createPanel } from '../http/panel.ts'
import { createProbes } from '../http/probes.ts'
import { isContentRequest } from '../http/revision/request-bytes.ts'
import { unavailable } from '../http/starting-app.ts'
import { addWebhookRoutes } from '../http/webhooks/webhook-routes.ts'
import { createLogger } from '../log/create-logger.ts'
import { version } from '../version.ts'
import { openDatabase } from './database.ts'
import { databaseAnswers } from './database-answers.ts'
import { endPool } from './end-pool.ts'
import { type HttpListener, listen } from './http-listener.ts'
import { logStrayRejections } from './log-stray-rejections.ts'
import { makeDataFolder } from './make-data-folder.ts'
import { type Media, startMedia } from './media.ts'
import { panelFolder } from './panel-folder.ts'
import { type Realtime, startRealtime } from './realtime.ts'
import { removeRuntimeFile, writeRuntimeFile } from './runtime-file.ts'
import { serverSecrets } from './server-secrets.ts'
import { StopList } from './stop-list.ts'
import { startWebhooks } from './webhooks.ts'

export interface ServerOptions {
  readonly config: Config
  /** A folder to connect as a store, if it is not one yet, and to sync at once. Absolute. */
  readonly folder: string | null
  readonly clock: Clock
  readonly random: Random
  /** Aborted to stop in order. */
  readonly stopping: AbortSignal
}

export interface RunningServer {
  readonly url: string
  /** The location of the store that was given as a folder. */
  readonly store: string | null
  /** Settles when everything has stopped. */
  readonly ended: Promise<void>
}

const GRACE_MS = 3_000

/**
 * Starts everything in one process. Rejects in one sentence, with nothing left running, when it cannot: `port_in_use`,
 * `data_folder_in_use`, `configuration_invalid`, `database_unavailable` and the like.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  requireToken(options.config)
  const log = createLogger(options.config.logLevel)
  const stops = new StopList(log)
  stops.add('stray rejections', logStrayRejections(log))
  try {
    const started = await start(options, log, stops)
    return { ...started, ended: endOf(options.stopping, stops) }
  } catch (error) {
    await stops.stop()
    throw error
  }
}

async function endOf(stopping: AbortSignal, stops: StopList): Promise<void> {
  if (!stopping.aborted) {
    await new Promise<void>((resolve) => stopping.addEventListener('abort', () => resolve(), { once: true }))
  }
  await stops.stop()
}

async function start(options: ServerOptions, log: Logger, stops: StopList): Promise<Omit<RunningServer, 'ended'>> {
  const { config, clock, stopping } = options
  const listener = await listen(
    { host: config.host, port: config.port },
    unavailable('starting'),
    clock,
    (error, request) =>
      log.error({ err: error, path: new URL(request.url).pathname }, 'an answer was cut: its bytes could not be read'),
  )
  stops.add('listener', () => listener.close(GRACE_MS))
  await makeDataFolder(config.dataFolder)
  const database = await openDatabase(config, log, clock)
  stops.add('database', () => database.stop())
  stopping.throwIfAborted()
  const pool: pg.Pool = createPool({
    url: database.url,
    applicationName: 'syncwatch',
    max: 20,
    // A connection that is still being closed while Postgres stops is no news.
    onIdleError: (error) => pool.ending || log.warn({ err: error }, 'a database connection broke'),
  })
  stops.add('pool', endPool(pool, clock, log, stops.begun))
  await migrate(pool, { schema: config.schema })
  const status = createSyncStatusManager({ pool, schema: config.schema, clock, random: options.random, logger: log })
  stops.add('status', () => status.stop())
  await status.start()
  const media = await startMedia({ ...options, status, pool, log, stops })
  const webhooks = startWebhooks({ ...options, pool, status, log, stops })
  stopping.throwIfAborted()
  const url = urlOf(config.host, listener.port)
  // Before the doors open: whoever sees this server ready finds it by its data folder as well.
  await writeRuntimeFile(config.dataFolder, { url, pid: process.pid, started_at: new Date(clock.now()).toISOString() })
  stops.add('runtime file', () => removeRuntimeFile(config.dataFolder, process.pid))
  open({ ...options, log, stops, listener, pool, status, media, webhooks })
  return { url, store: options.folder === null ? null : await connectGiven(media, options.folder) }
}

/** The folder of the command line is configuration: a wrong one is said as such. */
async function connectGiven(media: Media, folder: string): Promise<string> {
  try {
    return (await media.connectFolder(folder)).location
  } catch (error) {
    if (!isSyncwatchError(error, 'invalid_input')) throw error
    throw new SyncwatchError('configuration_invalid', `--folder: ${error.message}`, { cause: error })
  }
}

interface OpenParts extends ServerOptions {
  readonly log: Logger
  readonly stops: StopList
  readonly listener: HttpListener
  readonly pool: pg.Pool
  readonly status: SyncStatusManager
  readonly media: Media
  readonly webhooks: Webhooks
}

/** Opens the doors: from here on requests and live connections are answered. */
function open(parts: OpenParts): void {
  const { config, stops, listener } = parts
  const secrets = serverSecrets(config)
  const hosts = allowedHosts(config)
  // Registered again, for in an orderly stop the doors close before what stands behind them.
  stops.add('listener', () => listener.close(GRACE_MS))
  const realtime = startRealtime({ ...parts, listener, allowedHosts: hosts, secret: secrets.tickets })
  stops.add('live connections', () => realtime.gateway.drain())
  const app = composeApp(parts, realtime, hosts, secrets.sessions)
  listener.answerWith((request) => app.fetch(request))
  stops.add('answers', () => listener.answerWith(unavailable('shutting_down')))
}

function composeApp(parts: OpenParts, realtime: Realtime, hosts: readonly string[], sessionKey: Uint8Array): Hono {
  const { config, status, media, webhooks, pool, clock, log } = parts
  const sessions = createSessions(sessionKey, clock)
  const authorize = tokenAuthorizer(config, sessions)
  const onFailure = (error: unknown, request: Request) =>
    log.error({ err: error, method: request.method, url: new URL(request.url).pathname }, 'a request failed')
  const api = createStatusApi({
    status,
    authorize,
    allowedOrigins: config.allowedOrigins,
    version,
    listStores: () => media.service.listStores(),
    retryOperation: (id, by = {}) => media.service.retryOperation(id, by),
    issueTicket: (principal) => realtime.issueTicket(principal),
    idempotency: postgresIdempotency({ pool, schema: config.schema }),
    isRawBody: isContentRequest,
    extend: (app) => {
      addMediaRoutes(app, media.service)
      addWebhookRoutes(app, webhooks)
    },
    onFailure,
    clock,
  })
  return createApp({
    api,
    probes: createProbes({
      check: async () => ({ database: await databaseAnswers(pool, clock), live: status.hub.state !== 'lost' }),
    }),
    login: config.token === null ? null : createLogin(tokenFinder(config), sessions),
    metrics: createMetrics({ status, sessions: () => realtime.gateway.statistics.sessions, clock }),
    panel: createPanel(panelFolder()),
    events: realtime.events,
    authorize,
    allowedHosts: hosts,
    allowedOrigins: config.allowedOrigins,
    onFailure,
    clock,
  })
}

/** Where a person at this machine reaches us: an address that means "all of them" is not one to go to. */
function urlOf(host: string, port: number): string {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : isIP(host) === 6 ? `[${host}]` : host
  return `http://${name}:${port}`
}
