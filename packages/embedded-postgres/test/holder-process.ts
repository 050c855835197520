/**
 * A small command that holds an embedded Postgres, as `syncwatch serve` does: `node holder-process.ts DATA_FOLDER WORD`.
 * Prints one line of JSON when it is ready or has failed. On SIGINT and SIGTERM it writes WORD, then stops Postgres.
 */
import { isSyncwatchError } from '@syncwatch/core'
import { startEmbeddedPostgres } from '@syncwatch/embedded-postgres'
import pg from 'pg'

const [dataFolder = '', word = ''] = process.argv.slice(2)
if (process.env.HOLDER_UMASK) process.umask(Number.parseInt(process.env.HOLDER_UMASK, 8))

try {
  const server = await startEmbeddedPostgres({ dataFolder })
  const pool = new pg.Pool({ connectionString: server.url })
  pool.on('error', () => {}) // A test may take Postgres away.
  await pool.query('CREATE TABLE IF NOT EXISTS words (word text)')
  const end = async () => {
    await pool.end()
    // A new connection: a Postgres that is already shutting down would refuse it.
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()
    await client.query('INSERT INTO words VALUES ($1)', [word])
    await client.end()
    await server.stop()
    process.exit(0)
  }
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  setInterval(() => {}, 60_000) // Like a listening server, it runs until it is told to end.
  console.log(JSON.stringify({ url: server.url, pid: server.pid, adopted: server.adopted }))
} catch (error) {
  console.log(JSON.stringify({ code: isSyncwatchError(error) ? error.code : 'none', message: String(error) }))
  process.exit(1)
}
