import { OPERATION_PROGRESS_FIELDS } from '@syncwatch/core'
import { createTestDatabase, type TestDatabase, waitFor } from '@syncwatch/testkit'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { query, transaction } from '../src/index.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ migrate: 'all' })
})
afterAll(() => database.drop())

type Row = Record<string, unknown>
const rows = (text: string, values: unknown[] = []) => query<Row>(database.pool, text, values)
const one = async (text: string, values: unknown[] = []) => (await rows(text, values))[0] as Row
const create = async () => (await one(`SELECT create_sync_operation('update', 100) AS id`)).id as string

describe('whoever writes an operation', () => {
  it('raises rev and names its transaction, without knowing of either', async () => {
    const id = await create()
    const xid = await transaction(database.pool, async (client) => {
      await query(client, `UPDATE sync_operations SET message = 'by hand' WHERE id = $1`, [id])
      await query(client, `UPDATE sync_operations SET message = 'twice' WHERE id = $1`, [id])
      return (await query<Row>(client, 'SELECT pg_current_xact_id() AS xid'))[0]?.xid
    })
    expect(await one('SELECT rev, changed_xid FROM sync_operations WHERE id = $1', [id])).toEqual({
      rev: 3,
      changed_xid: xid,
    })
  })

  it('cannot take rev back', async () => {
    const id = await create()
    await rows('UPDATE sync_operations SET rev = 40 WHERE id = $1', [id])
    await rows('UPDATE sync_operations SET rev = 1 WHERE id = $1', [id])
    expect(await one('SELECT rev FROM sync_operations WHERE id = $1', [id])).toEqual({ rev: 41 })
  })

  it('keeps what a writer that knows sets itself', async () => {
    const id = await create()
    await rows('UPDATE sync_operations SET rev = rev + 1, changed_xid = pg_current_xact_id() WHERE id = $1', [id])
    expect(await one('SELECT rev FROM sync_operations WHERE id = $1', [id])).toEqual({ rev: 2 })
  })

  it('ends it properly with nothing but a status', async () => {
    const id = await create()
    await rows(`UPDATE sync_operations SET status = 'completed', progress = 100 WHERE id = $1`, [id])
    const row = await one('SELECT *, ended_xid = changed_xid AS same FROM sync_operations WHERE id = $1', [id])
    expect(row).toMatchObject({ same: true, start_time: expect.any(String), end_time: expect.any(String) })
  })

  it('moves an ended one forward in the cursor too', async () => {
    const id = await create()
    await rows('SELECT complete_sync_operation($1::uuid)', [id])
    const before = await one('SELECT ended_xid FROM sync_operations WHERE id = $1', [id])
    await rows(`UPDATE sync_operations SET message = 'a note' WHERE id = $1`, [id])
    const after = await one('SELECT ended_xid FROM sync_operations WHERE id = $1', [id])
    expect(BigInt(after.ended_xid as string)).toBeGreaterThan(BigInt(before.ended_xid as string))
  })

  it.each(['in_progress', 'pending', 'failed'])('cannot make a completed one %s', async (status) => {
    const id = await create()
    await rows('SELECT complete_sync_operation($1::uuid)', [id])
    const update = rows('UPDATE sync_operations SET status = $2, progress = 5 WHERE id = $1', [id, status])
    await expect(update).rejects.toMatchObject({ code: 'illegal_transition' })
  })

  it.each([
    ['progress = -1'],
    ['progress = 101'],
    ['progress = 100'],
    [`progress = 'NaN'`],
    ['processed_items = -1'],
    [`status = 'done'`],
    [`source = 'elsewhere'`],
    ['attempt = -1'],
  ])('cannot set %s', async (assignment) => {
    const id = await create()
    await expect(rows(`UPDATE sync_operations SET ${assignment} WHERE id = $1`, [id])).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })

  it('cannot hide a deletion', async () => {
    const id = await create()
    await rows('DELETE FROM sync_operations WHERE id = $1', [id])
    expect(await rows(`SELECT topic FROM sync_removals WHERE id = $1`, [id])).toEqual([{ topic: 'operations' }])
  })

  it('leaves each step in the timeline, once', async () => {
    const id = await create()
    await rows(`UPDATE sync_operations SET status = 'in_progress', phase = 'listing' WHERE id = $1`, [id])
    await rows(`UPDATE sync_operations SET phase = 'listing', progress = 5 WHERE id = $1`, [id])
    await rows('UPDATE sync_operations SET cancel_requested_at = now() WHERE id = $1', [id])
    await rows('UPDATE sync_operations SET cancel_requested_at = now() WHERE id = $1', [id])
    const events = await rows('SELECT kind, status FROM sync_operation_events WHERE operation_id = $1 ORDER BY id', [
      id,
    ])
    expect(events).toEqual([
      { kind: 'created', status: 'pending' },
      { kind: 'transition', status: 'in_progress' },
      { kind: 'phase', status: 'listing' },
      { kind: 'cancel_requested', status: null },
    ])
  })

  it.each(['completed', 'failed', 'cancelled'])('has the end of the timeline at its end: %s', async (status) => {
    const id = await create()
    await rows(
      `UPDATE sync_operations SET status = $2, phase = 'finishing', cancel_requested_at = now(), start_time = now() WHERE id = $1`,
      [id, status],
    )
    const events = await rows('SELECT kind, status FROM sync_operation_events WHERE operation_id = $1 ORDER BY id', [
      id,
    ])
    expect(events).toEqual([
      { kind: 'created', status: 'pending' },
      { kind: 'phase', status: 'finishing' },
      { kind: 'cancel_requested', status: null },
      { kind: 'transition', status },
    ])
  })
})

describe('other live tables', () => {
  it.each([
    ['connection_status', `(client_id, status) VALUES ('a', 'connected')`, `latency_ms = 3`],
    ['sync_health', `DEFAULT VALUES`, `report = '{"a": 1}'`],
    ['syncwatch.stores', `(name, kind, location) VALUES ('s', 'folder', '/x')`, `state = 'syncing'`],
    ['syncwatch.media_assets', `(key, size) VALUES ('a/b.jpg', 1)`, `description = 'x'`],
  ])('%s raises rev and names its transaction', async (table, insert, change) => {
    await rows(`INSERT INTO ${table} ${insert}`)
    const before = await one(`SELECT rev, changed_xid FROM ${table}`)
    await rows(`UPDATE ${table} SET ${change}`)
    const after = await one(`SELECT rev, changed_xid FROM ${table}`)
    expect(after.rev).toBe((before.rev as number) + 1)
    expect(BigInt(after.changed_xid as string)).toBeGreaterThan(BigInt(before.changed_xid as string))
  })

  it('an item has one id for its key within its operation', async () => {
    const id = await create()
    const put = `INSERT INTO sync_operation_items (operation_id, item_key, action, state) VALUES ($1, $2, 'import', $3)
      ON CONFLICT (id) DO UPDATE SET state = excluded.state`
    const key = `${'deep/'.repeat(2000)}photo 😀.jpg`
    await rows(put, [id, key, 'in_progress'])
    await rows(put, [id, key, 'done'])
    expect(await rows('SELECT state, rev FROM sync_operation_items WHERE operation_id = $1', [id])).toEqual([
      { state: 'done', rev: 2 },
    ])
  })

  it('an item or event of nobody is refused', async () => {
    const nobody = '0199aaaa-0000-7000-8000-000000000000'
    const put = `INSERT INTO sync_operation_events (operation_id, kind) VALUES ($1, 'message')`
    await expect(rows(put, [nobody])).rejects.toMatchObject({ code: 'operation_not_found' })
  })
})

describe('hints', () => {
  it('are one for a statement of many rows and one for a transaction of many statements, and say nothing', async () => {
    const listener = new pg.Client({ connectionString: database.url })
    await listener.connect()
    const heard: string[] = []
    listener.on('notification', (hint) => heard.push(`${hint.channel}:${hint.payload ?? ''}`))
    await listener.query('LISTEN sync_status; LISTEN fence')
    // Notifications arrive in the order of commits: what came before the fence is all there was.
    const hints = async (work: () => Promise<unknown>) => {
      heard.length = 0
      await work()
      await rows(`SELECT pg_notify('fence', '')`)
      await waitFor(() => heard.includes('fence:'), { what: 'the fence' })
      return heard.slice(0, -1)
    }
    try {
      const many = `INSERT INTO sync_operations (operation_type) SELECT 'update' FROM generate_series(1, 200)`
      expect(await hints(() => rows(many))).toEqual(['sync_status:'])
      expect(await hints(() => rows('UPDATE sync_operations SET message = $1', ['m']))).toEqual(['sync_status:'])
      const mixed = () =>
        transaction(database.pool, async (client) => {
          await query(client, 'SELECT create_sync_operation($1) FROM generate_series(1, 5)', ['upload'])
          await query(client, `UPDATE sync_operations SET phase = 'p'`)
          await query(client, `DELETE FROM sync_operations WHERE phase = 'p'`)
          await query(client, `UPDATE syncwatch.stores SET state = 'idle'`)
        })
      expect(await hints(mixed)).toEqual(['sync_status:'])
      expect(await hints(() => rows('SELECT count(*) FROM sync_operations'))).toEqual([])
    } finally {
      await listener.end()
    }
  })
})

describe('progress', () => {
  it('changes no column that an index mentions', async () => {
    const indexed = await rows(
      `SELECT DISTINCT a.attname::text AS name FROM pg_index i
       JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid AND d.refobjid = i.indrelid
       JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = d.refobjsubid
       WHERE i.indrelid = 'sync_operations'::regclass`,
    )
    const names = indexed.map((row) => row.name)
    expect(names).toContain('ended_xid')
    const moved = [...OPERATION_PROGRESS_FIELDS.filter((name) => name !== 'id'), 'changed_xid']
    expect(names.filter((name) => moved.includes(name as never))).toEqual([])
  })

  it('is written beside the old row: at least 95 % of updates are HOT', async () => {
    // A transaction that somebody else on the server keeps open stops Postgres from reusing room, so a low share says
    // nothing while there was one; a mistake of ours would show each time.
    await waitFor(async () => (await hotShare()) >= 0.95, { what: '95 % HOT updates', timeoutMs: 25_000 })
  })
})

/** The share of HOT among 20,000 updates of progress in a fresh database. */
async function hotShare(): Promise<number> {
  const own = await createTestDatabase({ migrate: 'status' })
  const client = await own.pool.connect()
  try {
    await client.query(
      `INSERT INTO sync_operations (operation_type, status, progress, total_items)
       SELECT 'update', 'in_progress', 0, 1000 FROM generate_series(1, 500)`,
    )
    for (let round = 1; round <= 40; round += 1)
      await client.query(
        `UPDATE sync_operations SET processed_items = $1, progress = $2, message = $3, updated_at = now(),
           lease_until = now() + interval '1 minute', rev = rev + 1, changed_xid = pg_current_xact_id()`,
        [round, round, `file ${round}`],
      )
    await client.query('SELECT pg_stat_force_next_flush()')
    const { rows: stats } = await client.query(
      `SELECT n_tup_upd::int AS all, n_tup_hot_upd::int AS hot FROM pg_stat_user_tables WHERE relname = 'sync_operations'`,
    )
    expect(stats[0].all).toBe(20_000)
    return stats[0].hot / stats[0].all
  } finally {
    client.release()
    await own.drop()
  }
}
