import { type Queryable, query } from '@syncwatch/database'

/** The database's clock in milliseconds, not before now: what the start of a run is compared with, whichever node began it. */
export async function databaseNow(on: Queryable): Promise<number> {
  const [row] = await query<{ now: number }>(
    on,
    'SELECT ceil(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now',
  )
  return row?.now ?? 0
}
