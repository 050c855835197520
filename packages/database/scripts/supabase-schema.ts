import { MIGRATION_LOCK } from '../src/migrate/migrate.ts'
import type { Migration } from '../src/migrate/migration.ts'
import { STATUS_SET } from '../src/migrate/migration-sets.ts'
import { checksumOf, renderSql, tablesCreatedBy } from '../src/migrate/render-sql.ts'

const SCHEMA = 'public'
const TABLE = `${SCHEMA}.${STATUS_SET.table}`

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** The status migrations as one file for an SQL editor: it applies what is missing and records it as `migrate()` does. */
export function supabaseSchema(): string {
  const newest = Math.max(...STATUS_SET.migrations.map((migration) => migration.number))
  return `${[opening(newest), ...STATUS_SET.migrations.map(step), 'COMMIT;'].join('\n\n')}\n`
}

function opening(newest: number): string {
  return `-- The status system of Syncwatch for a database of your own, Supabase included: paste it into the SQL editor, or run it with
-- psql. Running it again does nothing; a later version of this file adds what is new. A program that calls migrate()
-- afterwards finds everything in place. Row-level security and the publication supabase_realtime are set up where
-- the roles and the publication exist.
-- Generated from packages/database/migrations/status. Do not edit.

BEGIN;

SET LOCAL statement_timeout = 0;
SELECT pg_advisory_xact_lock(${MIGRATION_LOCK});

CREATE TABLE IF NOT EXISTS ${TABLE} (
  number integer PRIMARY KEY,
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
);

DO $syncwatch$
BEGIN
  IF EXISTS (SELECT FROM ${TABLE} WHERE number > ${newest}) THEN
    RAISE EXCEPTION 'This database was migrated by a newer version of Syncwatch. Use the file of that version.';
  END IF;
END
$syncwatch$;`
}

function step(migration: Migration): string {
  const { number, name } = migration
  const tables = tablesCreatedBy(migration).map(literal)
  return `-- ${String(number).padStart(4, '0')}-${name}
DO $syncwatch$
DECLARE
  known text := (SELECT checksum FROM ${TABLE} WHERE number = ${number});
  taken text;
BEGIN
  IF known = ${literal(checksumOf(migration))} THEN
    RETURN;
  ELSIF known IS NOT NULL THEN
    RAISE EXCEPTION 'The migration ${number} (${name}) of this database is not the one of this file. Nothing was changed.';
  END IF;
  SELECT c.relname INTO taken FROM pg_class c
  WHERE c.relnamespace = ${literal(SCHEMA)}::regnamespace AND c.relname::text = ANY (ARRAY[${tables.join(', ')}]::text[])
  ORDER BY 1 LIMIT 1;
  IF taken IS NOT NULL THEN
    RAISE EXCEPTION '"${SCHEMA}"."%" is already there and was not made by Syncwatch. Nothing was changed.', taken;
  END IF;
  EXECUTE $syncwatch_sql$
${renderSql(migration, SCHEMA).trimEnd()}
$syncwatch_sql$;
  INSERT INTO ${TABLE} (number, name, checksum) VALUES (${number}, ${literal(name)}, ${literal(checksumOf(migration))});
END
$syncwatch$;`
}
