import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  chooseAccount,
  commandOf,
  findPostgresBinaries,
  programEnvironment,
  thisHost,
} from '@syncwatch/embedded-postgres'
import pg from 'pg'
import { waitFor } from './wait-for.ts'

/** A private Postgres server for tests: no durability, no password, loopback only. */
export interface ThrowawayPostgres {
  readonly url: string
  /** Ends the server and starts it again on the same data: in order, or as a crash, after which it reads back its log. */
  restart(manner: 'orderly' | 'crash'): Promise<void>
  /** Stops the server and deletes its folder. */
  stop(): Promise<void>
}

/**
 * The shell makes the cluster, holds the server and waits on its input: when this process ends, however it ends, the pipe closes, the
 * server is stopped and its folder deleted. It is a group of its own, so Ctrl-C does not reach it first. INT asks for a
 * fast shutdown; TERM is for a server that is too young to listen to INT. A line is the signal to end the server with before it
 * is started again.
 */
const KEEPER = `exec >"$FOLDER/log" 2>&1
"$INITDB" -D "$DATA" -U postgres -A trust --encoding=UTF8 --locale=C --no-sync --no-instructions || exit 1
"$@" & server=$!
while read -r signal; do
  kill -"$signal" $server
  wait $server
  "$@" & server=$!
done
kill -INT $server; kill -TERM $server
wait $server
rm -rf "$FOLDER"`

/** Makes and starts a Postgres in a temporary folder; takes about a second. */
export async function startThrowawayPostgres(): Promise<ThrowawayPostgres> {
  const host = thisHost()
  const binaries = await findPostgresBinaries(host)
  const folder = await mkdtemp(join(tmpdir(), 'syncwatch-postgres-'))
  const data = join(folder, 'data')
  const port = await freePort()
  const account = await chooseAccount(host, binaries, { dataFolder: folder, cluster: data })
  const settings = ['fsync=off', 'full_page_writes=off', 'max_connections=300', 'unix_socket_directories=']
  const server = [binaries.postgres, '-D', data, '-h', '127.0.0.1', '-p', String(port)]
  const argv = ['-c', KEEPER, 'sh', ...server, ...settings.flatMap((setting) => ['-c', setting])]
  const [program, ...rest] = commandOf(account, 'sh', argv)
  const keeper = spawn(program, rest, {
    ...account.options,
    cwd: '/',
    env: { ...programEnvironment(), FOLDER: folder, DATA: data, INITDB: binaries.initdb },
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  keeper.unref()
  const url = `postgres://postgres@127.0.0.1:${port}/postgres?sslmode=disable`
  const stop = () => stopKeeper(keeper)
  try {
    await waitFor(() => hasEnded(keeper) || answers(url), { what: 'the test Postgres to answer', timeoutMs: 60_000 })
    if (hasEnded(keeper)) throw new Error('its data folder could not be made')
  } catch (cause) {
    const log = await readFile(join(folder, 'log'), 'utf8').catch(() => '')
    await stop()
    await rm(folder, { recursive: true, force: true })
    throw new Error(`The test Postgres did not start: ${log}`, { cause })
  }
  return { url, stop, restart: (manner) => restart(keeper, url, manner) }
}

async function restart(keeper: ChildProcess, url: string, manner: 'orderly' | 'crash'): Promise<void> {
  const before = await startedAt(url)
  keeper.stdin?.write(manner === 'crash' ? 'QUIT\n' : 'INT\n')
  await waitFor(
    async () => {
      const now = await startedAt(url)
      return now !== null && now !== before
    },
    { what: 'the test Postgres to be back', timeoutMs: 60_000 },
  )
}

async function stopKeeper(keeper: ChildProcess): Promise<void> {
  if (hasEnded(keeper)) return
  const ended = once(keeper, 'exit')
  keeper.ref()
  keeper.stdin?.end()
  await ended
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

async function answers(url: string): Promise<boolean> {
  return (await startedAt(url)) !== null
}

/** Which start of the server answers; null while none does. */
async function startedAt(url: string): Promise<string | null> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ at: string }>('SELECT pg_postmaster_start_time()::text AS at')
    return rows[0]?.at ?? null
  } catch {
    return null
  } finally {
    await client.end().catch(() => {})
  }
}

/** A port nobody listens on right now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
