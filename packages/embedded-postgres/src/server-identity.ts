import { randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { SUPERUSER } from './cluster.ts'

/** Where and with which password to knock. */
export interface ServerAddress {
  readonly port: number
  readonly password: string
}

/**
 * Who answers at an address. `ours`: it works in our cluster; `path` is what it takes for that folder's path, which is
 * another one when the folder was moved under it. `foreign`: a Postgres of another folder. `rejected`: our password
 * was refused. `silent`: nothing answers (yet).
 */
export type ServerIdentity =
  | { readonly who: 'ours'; readonly path: string }
  | { readonly who: 'foreign' }
  | { readonly who: 'rejected' }
  | { readonly who: 'silent'; readonly cause: unknown }

/** The URL of a database on the embedded server. TLS is off: it never leaves the machine. */
export function serverUrl({ port, password }: ServerAddress, database: string): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}?sslmode=disable`
}

/** How long one knock may take. A server in recovery refuses at once; only a hanging one takes so long. */
const KNOCK_TIMEOUT_MS = 3_000

/** Runs `work` on a connection of its own. */
export async function withConnection<T>(address: ServerAddress, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: serverUrl(address, 'postgres'),
    connectionTimeoutMillis: KNOCK_TIMEOUT_MS,
    query_timeout: 60_000,
    application_name: 'syncwatch-embedded',
  })
  client.on('error', () => {}) // A cut connection rejects the query under way; that is enough.
  try {
    await client.connect()
    return await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}

/**
 * Asks who answers. A password and a path can be copied with the folder, so the proof is a file that we make now, under
 * a random name, and that the server must see.
 */
export async function identifyServer(address: ServerAddress, cluster: string): Promise<ServerIdentity> {
  const proof = `syncwatch-proof-${randomBytes(8).toString('hex')}`
  try {
    return await withConnection(address, async (client) => {
      await writeFile(join(cluster, proof), '', { mode: 0o600, flag: 'wx' })
      const { rows } = await client.query<{ path: string; proven: boolean }>(
        "SELECT current_setting('data_directory') AS path, (pg_stat_file($1::text, true)).size IS NOT NULL AS proven",
        [proof],
      )
      return rows[0]?.proven ? { who: 'ours', path: rows[0].path } : { who: 'foreign' }
    })
  } catch (cause) {
    return isRejection(cause) ? { who: 'rejected' } : { who: 'silent', cause }
  } finally {
    await rm(join(cluster, proof), { force: true })
  }
}

/** Class 28 is "invalid authorization specification": https://www.postgresql.org/docs/current/errcodes-appendix.html */
function isRejection(error: unknown): boolean {
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' && code.startsWith('28')
}
