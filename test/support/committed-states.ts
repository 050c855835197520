import type pg from 'pg'
import type { SeenStates, Vanished } from './watched-client.ts'

/**
 * Has the database write down each state of each operation as it is committed, so that what anybody was shown can be held against it: a
 * state that was shown and then rolled back, or that was put together from two, is not in there.
 */
export async function recordStates(pool: pg.Pool): Promise<void> {
  await pool.query(`
    CREATE TABLE committed_states (id uuid, rev bigint, state jsonb, at timestamptz DEFAULT clock_timestamp());
    CREATE FUNCTION record_state() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO committed_states VALUES (NEW.id, NEW.rev, jsonb_build_array(
        NEW.status, NEW.progress, NEW.processed_items, NEW.failed_items, NEW.message, NEW.attempt));
      RETURN NULL;
    END $$;
    CREATE TRIGGER record_state AFTER INSERT OR UPDATE ON sync_operations
    FOR EACH ROW EXECUTE FUNCTION record_state();`)
}

/** What was shown and never committed. */
export async function neverCommitted(pool: pg.Pool, seen: SeenStates): Promise<string[]> {
  const { rows } = await pool.query<{ key: string; state: unknown[] }>(
    `SELECT id || ' ' || rev AS key, state FROM committed_states`,
  )
  const committed = new Map(rows.map(({ key, state }) => [key, JSON.stringify(state)]))
  return [...seen]
    .filter(([key, state]) => committed.get(key) !== state)
    .map(([key, state]) => `${key} was shown as ${state} and committed as ${committed.get(key)}`)
}

/** So many operations that ended last are in view. */
const ENDED_IN_VIEW = 200

/**
 * What vanished and should not have. Who was away while an operation ended is shown its end when it comes back, unless so many have
 * ended since that it is not in view any more. The view goes by `end_time`, which those that end together share.
 */
export async function vanishedFromView(pool: pg.Pool, vanished: readonly Vanished[]): Promise<string[]> {
  const { rows } = await pool.query<{ id: string; committed: Date; end_time: Date }>(
    `SELECT id, min(c.at) AS committed, o.end_time FROM committed_states c JOIN sync_operations o USING (id)
     WHERE c.state ->> 0 IN ('completed', 'failed', 'cancelled') GROUP BY id, o.end_time`,
  )
  const ends = new Map(rows.map((end) => [end.id, end]))
  return vanished.flatMap(({ id, at, by }) => {
    const end = ends.get(id)
    if (end === undefined || end.committed > at) return [`${id} was open and vanished for ${by}`]
    const since = rows.filter((one) => one !== end && one.end_time >= end.end_time && one.committed <= at).length
    return since >= ENDED_IN_VIEW ? [] : [`${id} vanished for ${by} when ${since} others had ended after it`]
  })
}
