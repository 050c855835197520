import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type AbortSignalLike, type Clock, SyncwatchError, sleep } from '@syncwatch/core'
import { type Account, commandOf } from './account.ts'
import type { DataFolderLayout } from './cluster.ts'
import { freePort } from './free-port.ts'
import type { Host } from './host.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { adoptPostmaster, logSince, type Postmaster, rotateLog, spawnPostmaster, stopPostmaster } from './postmaster.ts'
import { readPostmasterFile } from './postmaster-file.ts'
import { isAlive, worksIn } from './process-facts.ts'
import { identifyServer } from './server-identity.ts'
import { failureReason, startFailure } from './start-failure.ts'

/** Everything that a server is started with. */
export interface LaunchSite {
  readonly layout: DataFolderLayout
  readonly binaries: PostgresBinaries
  readonly account: Account
  readonly password: string
  readonly host: Host
  readonly clock: Clock
  /** Postgres settings beside those that this package needs. */
  readonly settings: Readonly<Record<string, string>>
  readonly log: (line: string) => void
  /** How long a start may take, recovery after a crash included. */
  readonly startTimeoutMs: number
  readonly signal: AbortSignalLike | undefined
}

/** What the cluster's `postmaster.pid` turns out to mean. */
type Found =
  | { readonly state: 'nothing' }
  | { readonly state: 'answers'; readonly pid: number; readonly port: number; readonly path: string }
  | { readonly state: 'busy'; readonly pid: number | undefined }

const POLL_MS = 50

/**
 * Gives a server that answers on this cluster: the one that runs there already, or a new one. Loops, because what it
 * finds may be a server in the middle of its start or its end.
 */
export async function launch(site: LaunchSite, preferredPort?: number): Promise<Postmaster> {
  const deadline = site.clock.monotonic() + site.startTimeoutMs
  let port = preferredPort
  for (;;) {
    const found = await findServer(site)
    if (found.state === 'answers') {
      if (found.path === site.layout.cluster) return adoptPostmaster(found.pid, found.port, site.clock)
      site.log(`The data folder was moved from ${found.path} while Postgres ran; Postgres is restarted.`)
      await stopPostmaster(adoptPostmaster(found.pid, found.port, site.clock), site.clock)
    } else if (found.state === 'nothing') {
      const started = await startServer(site, await freePort(port), deadline)
      if (started !== 'contested' && started !== 'port_taken') return started
      if (started === 'port_taken') port = undefined
    }
    if (site.clock.monotonic() >= deadline) throw stuck(site, found.state === 'busy' ? found.pid : undefined)
    await sleep(site.clock, POLL_MS, site.signal)
  }
}

async function findServer({ layout, password, host, clock }: LaunchSite): Promise<Found> {
  const { cluster } = layout
  let note = await readPostmasterFile(cluster)
  if (note === 'unreadable') {
    await sleep(clock, POLL_MS) // A server that starts right now fills it within that time.
    note = await readPostmasterFile(cluster)
  }
  if (note === undefined) return { state: 'nothing' }
  if (note !== 'unreadable' && (await isAlive(note.pid))) {
    const { pid, port } = note
    const server = port > 0 ? await identifyServer({ port, password }, cluster) : undefined
    if (server?.who === 'ours') return { state: 'answers', pid, port, path: server.path }
    if (await worksIn(pid, cluster, host)) {
      if (server?.who === 'rejected') throw wrongPassword(layout)
      return { state: 'busy', pid }
    }
  }
  // Nobody of this folder runs. Postgres itself would refuse when the number is now another program's.
  await rm(join(cluster, 'postmaster.pid'), { force: true })
  return { state: 'nothing' }
}

async function startServer(
  site: LaunchSite,
  port: number,
  deadline: number,
): Promise<Postmaster | 'contested' | 'port_taken'> {
  const { layout, account, binaries, clock } = site
  const logStart = await rotateLog(layout.logFile)
  const command = commandOf(account, binaries.postgres, serverArguments(site, port))
  const postmaster = await spawnPostmaster(command, port, layout.logFile, account.options)
  try {
    while (!postmaster.exit) {
      const server = await identifyServer({ port, password: site.password }, layout.cluster)
      if (server.who === 'ours' && !postmaster.exit) return postmaster
      if (server.who === 'rejected') throw wrongPassword(layout)
      if (clock.monotonic() >= deadline) throw stuck(site, postmaster.pid)
      if (!postmaster.exit) await sleep(clock, POLL_MS, site.signal)
    }
  } catch (error) {
    await stopPostmaster(postmaster, clock)
    throw error
  }
  const words = await logSince(layout.logFile, logStart)
  const reason = failureReason(words)
  if (reason === 'contested' || reason === 'port_taken') return reason
  throw await startFailure(words, 'starting', layout)
}

/** The settings that the promises of this package rest on come last, so nobody can turn them off by accident. */
function serverArguments({ layout, settings, host }: LaunchSite, port: number): string[] {
  const all: Record<string, string> = {
    timezone: 'UTC',
    log_timezone: 'UTC',
    cluster_name: 'syncwatch',
    ...settings,
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    // A statement of a process that died ends within this time, and with it the locks it holds. Windows cannot tell.
    ...(host.platform === 'win32' ? {} : { client_connection_check_interval: '5s' }),
    logging_collector: 'off',
    log_destination: 'stderr',
  }
  return ['-D', layout.cluster, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

function wrongPassword(layout: DataFolderLayout): SyncwatchError {
  return new SyncwatchError(
    'postgres_unavailable',
    `The password in ${layout.passwordFile} is not that of ${layout.cluster}: put the right file back, or choose another data folder.`,
  )
}

function stuck(site: LaunchSite, pid: number | undefined): SyncwatchError {
  const who = pid === undefined ? 'Postgres' : `Postgres (process ${pid})`
  const seconds = Math.round(site.startTimeoutMs / 1000)
  return new SyncwatchError(
    'postgres_unavailable',
    `${who} did not answer within ${seconds} s on ${site.layout.dataFolder}: see ${site.layout.logFile}, end that process, then start again.`,
    { details: pid === undefined ? {} : { pid } },
  )
}
