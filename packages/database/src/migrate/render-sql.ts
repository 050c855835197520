import { createHash } from 'node:crypto'
import { quoteIdentifier } from '../pool/quote-identifier.ts'
import type { Migration } from './migration.ts'

/** The statement text of a migration for one schema. */
export function renderSql(migration: Migration, schema: string): string {
  return migration.sql.replaceAll(':"schema"', () => quoteIdentifier(schema))
}

/** What is recorded of a migration: the hash of its text before the schema's name is put in. */
export function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('hex')
}

/** The tables that a migration creates, as it names them. */
export function tablesCreatedBy(migration: Migration): string[] {
  return [...migration.sql.matchAll(/^CREATE (?:UNLOGGED )?TABLE :"schema"\.(\w+)/gm)].map(
    (match) => match[1] as string,
  )
}
