import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { databasePrefix } from './database-sweep.ts'
import type {} from './vitest-global-setup.ts'

/** Which migrations a test database has: those of the status system, all of them, or none (an empty database). */
export type TestDatabaseContent = 'status' | 'all' | 'none'

/** A database of its own for one test. */
export interface TestDatabase {
  readonly url: string
  readonly name: string
  readonly pool: pg.Pool
  /** Closes the pool and drops the database, cutting who is still connected. May be called twice. */
  drop(): Promise<void>
}

/**
 * Makes a fresh database (some tens of milliseconds: a copy of a migrated template). With `KEEP_TEST_DATABASES` set it
 * is kept for a look, and its address printed; that needs `TEST_POSTGRES_URL`, as the private server is deleted.
 */
export async function createTestDatabase(options: { migrate?: TestDatabaseContent } = {}): Promise<TestDatabase> {
  const { migrate: content = 'all' } = options
  const prefix = databasePrefix(inject('testRunId'))
  const name = `${prefix}${randomBytes(6).toString('hex')}`
  await withAdmin(async (admin) => {
    const template = content === 'none' ? 'template0' : await ensureTemplate(admin, prefix, content)
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`)
  })
  const url = databaseUrl(name)
  const pool = quietPool(url)
  let dropped: Promise<void> | undefined
  return {
    url,
    name,
    pool,
    drop: () => {
      dropped ??= dropDatabase(pool, name, url)
      return dropped
    },
  }
}

async function dropDatabase(pool: pg.Pool, name: string, url: string): Promise<void> {
  await (pool.ended ? undefined : pool.end())
  if (process.env.KEEP_TEST_DATABASES) {
    process.stderr.write(`kept test database ${url}\n`)
    return
  }
  await withAdmin((admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
}

/** Makes the migrated template once a run; the lock keeps parallel test files from making it twice. */
async function ensureTemplate(admin: pg.Client, prefix: string, content: 'status' | 'all'): Promise<string> {
  const template = `${prefix}template_${content}`
  const found = () => admin.query('SELECT FROM pg_database WHERE datname = $1', [template])
  if ((await found()).rowCount) return template
  await admin.query('SELECT pg_advisory_lock(hashtext($1))', [template])
  try {
    if (!(await found()).rowCount) await makeTemplate(admin, template, content)
  } finally {
    await admin.query('SELECT pg_advisory_unlock(hashtext($1))', [template])
  }
  return template
}

/** The template gets its name when it is ready, so nobody copies a half-migrated one. */
async function makeTemplate(admin: pg.Client, template: string, content: 'status' | 'all'): Promise<void> {
  const draft = `${template}_draft`
  await admin.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`)
  await admin.query(`CREATE DATABASE ${draft} TEMPLATE template0`)
  const pool = quietPool(databaseUrl(draft))
  try {
    const { migrate } = await import('@syncwatch/database')
    await migrate(pool, { sets: content === 'all' ? ['status', 'media', 'webhooks'] : ['status'] })
  } finally {
    await pool.end()
  }
  // Postgres itself waits a few seconds for sessions that are just closing.
  await admin.query(`ALTER DATABASE ${draft} RENAME TO ${template}`)
}

/** A pool whose connections may be cut on purpose, also while they close: a query under way still rejects. */
function quietPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString })
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

function databaseUrl(name: string): string {
  const url = new URL(inject('postgresUrl'))
  url.pathname = `/${name}`
  return url.href
}

async function withAdmin<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: inject('postgresUrl') })
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.end()
  }
}
