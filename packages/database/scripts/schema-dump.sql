-- Everything the migrations made in the schemas $1, one piece of text each, in an order that depends on names alone.
-- Pieces of a table follow it. Not-null constraints of Postgres 18 are left out: the columns show them.
WITH spaces AS (
  SELECT oid, nspname FROM pg_namespace WHERE nspname = ANY ($1::text[])
), relations AS (
  SELECT c.oid, c.relname, c.relpersistence, c.reloptions, c.relrowsecurity, s.nspname
  FROM pg_class c JOIN spaces s ON s.oid = c.relnamespace WHERE c.relkind = 'r'
), pieces (space, rank, owner, kind, name, text) AS (
  SELECT s.nspname, 0, '', 0, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
    pg_get_functiondef(p.oid) || ';'
  FROM pg_proc p JOIN spaces s ON s.oid = p.pronamespace

  UNION ALL
  SELECT r.nspname, 1, r.relname, 0, '',
    CASE r.relpersistence WHEN 'u' THEN 'CREATE UNLOGGED TABLE ' ELSE 'CREATE TABLE ' END || r.nspname || '.' || r.relname
    || E' (\n' || (
      SELECT string_agg(
        '  ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
        || CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE ' || quote_ident(l.collname) ELSE '' END
        || CASE WHEN d.oid IS NULL THEN ''
                WHEN a.attgenerated = 's' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ') STORED'
                ELSE ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) END
        || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END,
        E',\n' ORDER BY a.attnum)
      FROM pg_attribute a
      JOIN pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_collation l ON l.oid = a.attcollation
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped)
    || E'\n)' || coalesce(' WITH (' || array_to_string(r.reloptions, ', ') || ')', '') || ';'
    || CASE WHEN r.relrowsecurity THEN E'\nALTER TABLE ' || r.nspname || '.' || r.relname || ' ENABLE ROW LEVEL SECURITY;'
            ELSE '' END
  FROM relations r

  UNION ALL
  SELECT r.nspname, 1, r.relname, 1, c.conname,
    'ALTER TABLE ' || r.nspname || '.' || r.relname || ' ADD CONSTRAINT ' || c.conname || ' ' || pg_get_constraintdef(c.oid)
    || ';'
  FROM relations r JOIN pg_constraint c ON c.conrelid = r.oid WHERE c.contype IN ('p', 'u', 'f', 'c', 'x')

  UNION ALL
  SELECT r.nspname, 1, r.relname, 2, i.relname, pg_get_indexdef(i.oid) || ';'
  FROM relations r JOIN pg_index x ON x.indrelid = r.oid JOIN pg_class i ON i.oid = x.indexrelid
  WHERE NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.oid AND c.contype IN ('p', 'u', 'x'))

  UNION ALL
  SELECT r.nspname, 1, r.relname, 3, t.tgname, pg_get_triggerdef(t.oid) || ';'
  FROM relations r JOIN pg_trigger t ON t.tgrelid = r.oid WHERE NOT t.tgisinternal
)
SELECT text FROM pieces
ORDER BY space COLLATE "C", rank, owner COLLATE "C", kind, name COLLATE "C"
