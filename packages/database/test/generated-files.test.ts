import { readFileSync } from 'node:fs'
import { createTestDatabase } from '@syncwatch/testkit'
import { describe, expect, it } from 'vitest'
import { embeddedMigrations } from '../scripts/embedded-migrations.ts'
import { schemaDump } from '../scripts/schema-dump.ts'
import { supabaseSchema } from '../scripts/supabase-schema.ts'

const RENEW = 'is stale: run `npm run generate -w @syncwatch/database` with TEST_POSTGRES_URL set'
const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

describe('files generated from the migrations', () => {
  it('the module that carries them', () => {
    expect(
      read('../src/migrate/embedded-migrations.ts') === embeddedMigrations(),
      `embedded-migrations.ts ${RENEW}`,
    ).toBe(true)
  })

  it('supabase-schema.sql', () => {
    expect(read('../../../supabase-schema.sql') === supabaseSchema(), `supabase-schema.sql ${RENEW}`).toBe(true)
  })

  it('the schema dump', async () => {
    const database = await createTestDatabase({ migrate: 'all' })
    try {
      const dump = await schemaDump(database.pool, ['public', 'syncwatch'])
      expect(read('../schema.sql') === dump, `schema.sql ${RENEW}`).toBe(true)
    } finally {
      await database.drop()
    }
  })
})
