import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { makeTempFolder, waitFor } from '@syncwatch/testkit'
import { afterTest } from './support.ts'

const PROGRAM = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/usr/local/bin/pgbouncer'].find(existsSync)

/** False where PgBouncer is not installed (Debian: apt-get install pgbouncer). */
export const hasPgBouncer = PROGRAM !== undefined

/** The user that owns nothing: PgBouncer refuses to run as root. */
const NOBODY = 65_534

/** A PgBouncer in transaction mode before the database of this address, with few connections of its own. Gives its address. */
export async function startPgBouncer(databaseUrl: string): Promise<string> {
  const target = new URL(databaseUrl)
  const folder = await makeTempFolder('pgbouncer')
  afterTest(() => folder.remove())
  const port = await freePort()
  const file = join(folder.path, 'pgbouncer.ini')
  const name = target.pathname.slice(1)
  // The tests' own server asks for no password, and PgBouncer does not take an empty one.
  const password = target.password === '' ? '' : ` password=${decodeURIComponent(target.password)}`
  const login = `user=${decodeURIComponent(target.username)}${password}`
  writeFileSync(
    file,
    `[databases]
${name} = host=${target.hostname} port=${target.port} dbname=${name} ${login}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
max_client_conn = 200
ignore_startup_parameters = extra_float_digits
`,
  )
  const isRoot = process.getuid?.() === 0
  if (isRoot) {
    chmodSync(folder.path, 0o755)
    chownSync(file, NOBODY, NOBODY)
  }
  const child = spawn(PROGRAM as string, [file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(isRoot && { uid: NOBODY, gid: NOBODY }),
  })
  afterTest(() => end(child))
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  await waitFor(
    () => {
      if (child.exitCode !== null) throw new Error(`PgBouncer ended:\n${said}`)
      return answers(port)
    },
    { what: 'PgBouncer to listen' },
  )
  const pooled = new URL(databaseUrl)
  pooled.port = String(port)
  pooled.searchParams.set('pgbouncer', 'true')
  return pooled.href
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
