/** Keeps a report ($1), whose `rev` ($2) has to be above the one that is there. */
export const writeHealth = (schema: string) => `
  INSERT INTO ${schema}.sync_health AS h (id, rev, report) VALUES ('system', $2, $1::jsonb)
  ON CONFLICT (id) DO UPDATE SET
    rev = excluded.rev, report = excluded.report, changed_xid = pg_current_xact_id(), updated_at = now()
  WHERE h.rev < excluded.rev
  RETURNING changed_xid`
