import { readFileSync } from 'node:fs'
import type pg from 'pg'
import { query } from '../src/pool/query.ts'
import { transaction } from '../src/pool/transaction.ts'

const SQL = readFileSync(new URL('schema-dump.sql', import.meta.url), 'utf8')

/** The schemas of a migrated database as text, from its catalogs. The same database always gives the same text. */
export async function schemaDump(pool: pg.Pool, schemas: readonly string[]): Promise<string> {
  const pieces = await transaction(pool, async (client) => {
    // Names are then written with their schema, whatever the session would find without.
    await query(client, 'SET LOCAL search_path = pg_catalog')
    return query<{ text: string }>(client, SQL, [schemas])
  })
  const opening =
    '-- What the migrations make, read back from the catalogs of a fresh Postgres 18. Generated: see CONTRIBUTING.'
  return `${[opening, ...pieces.map((piece) => piece.text.replaceAll(/[ \t]+$/gm, ''))].join('\n\n')}\n`
}
