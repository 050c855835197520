import pg from 'pg'

/**
 * What a status table usually comes with: one UPDATE a call, and a row trigger that sends the row as a notification.
 * Its own table, the same columns that progress writes, the same Postgres.
 */
export async function preparePeer(pool: pg.Pool, rows: number): Promise<void> {
  await pool.query(`
    CREATE TABLE peer_operations (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(), ordinal int NOT NULL, status text NOT NULL DEFAULT 'in_progress',
      progress int NOT NULL DEFAULT 0, processed_items bigint NOT NULL DEFAULT 0, failed_items bigint NOT NULL DEFAULT 0,
      message text, updated_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE FUNCTION peer_notify() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_notify('peer_status', json_build_object('id', NEW.id, 'status', NEW.status, 'progress', NEW.progress)::text);
      RETURN NEW;
    END $$;
    CREATE TRIGGER peer_notify AFTER UPDATE ON peer_operations FOR EACH ROW EXECUTE FUNCTION peer_notify();
  `)
  await pool.query('INSERT INTO peer_operations (ordinal) SELECT generate_series(0, $1 - 1)', [rows])
  await pool.query('VACUUM ANALYZE peer_operations')
}

/** Ids by ordinal. */
export async function peerIds(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>('SELECT id FROM peer_operations ORDER BY ordinal')
  return rows.map((row) => row.id)
}

/** Updates distinct rows one a call for about `milliseconds`, `concurrency` at a time; gives committed updates a second. */
export async function runPeer(
  pool: pg.Pool,
  ids: readonly string[],
  concurrency: number,
  milliseconds: number,
): Promise<number> {
  let next = 0
  let committed = 0
  const began = performance.now()
  const until = began + milliseconds
  const worker = async () => {
    const connection = await pool.connect()
    try {
      while (performance.now() < until) {
        const ordinal = next++
        await connection.query({
          name: 'peer-update',
          text: 'UPDATE peer_operations SET progress = $2, processed_items = $3, failed_items = $4, message = $5, updated_at = now() WHERE id = $1',
          values: [
            ids[ordinal % ids.length],
            Math.min(99, 1 + Math.floor(ordinal / ids.length)),
            ordinal,
            0,
            `state ${ordinal}`,
          ],
        })
        committed += 1
      }
    } finally {
      connection.release()
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return (committed * 1000) / (performance.now() - began)
}

/** A listener, as every such design has; gives the way to stop it. */
export async function listenAsPeer(url: string): Promise<{ received: () => number; stop: () => Promise<void> }> {
  const client = new pg.Client({ connectionString: url })
  let count = 0
  client.on('notification', () => {
    count += 1
  })
  await client.connect()
  await client.query('LISTEN peer_status')
  return { received: () => count, stop: () => client.end() }
}
