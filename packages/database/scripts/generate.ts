import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { embeddedMigrations } from './embedded-migrations.ts'

// Writes what is generated from migrations/**/*.sql: the module that carries them, supabase-schema.sql, and (with a server to
// try them on: TEST_POSTGRES_URL) the schema dump. Run it after each change of a migration; a test tells when it was forgotten.

writeFileSync(new URL('../src/migrate/embedded-migrations.ts', import.meta.url), embeddedMigrations())
// In a process of its own, because this one may have loaded the module before it was written.
if (process.argv.includes('--rest')) await generateRest()
else execFileSync(process.execPath, [...process.execArgv, import.meta.filename, '--rest'], { stdio: 'inherit' })

async function generateRest(): Promise<void> {
  const { supabaseSchema } = await import('./supabase-schema.ts')
  writeFileSync(new URL('../../../supabase-schema.sql', import.meta.url), supabaseSchema())
  const url = process.env.TEST_POSTGRES_URL
  if (url === undefined) return console.log('schema.sql is left as it is: set TEST_POSTGRES_URL to renew it')
  const { createPool, migrate, query } = await import('../src/index.ts')
  const { schemaDump } = await import('./schema-dump.ts')
  const name = `syncwatch_generate_${randomBytes(4).toString('hex')}`
  const admin = createPool({ url, max: 1 })
  await query(admin, `CREATE DATABASE ${name} TEMPLATE template0`)
  const pool = createPool({ url: Object.assign(new URL(url), { pathname: `/${name}` }).href, max: 1 })
  try {
    await migrate(pool)
    writeFileSync(new URL('../schema.sql', import.meta.url), await schemaDump(pool, ['public', 'syncwatch']))
  } finally {
    await pool.end()
    await query(admin, `DROP DATABASE ${name} WITH (FORCE)`)
    await admin.end()
  }
}
