import { createTestDatabase, type TestDatabase } from '@syncwatch/testkit'
import fc from 'fast-check'
import type pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { query } from '../src/index.ts'

interface Changes {
  epoch: string
  cursor: string
  reset: boolean
  rows: { id: string; rev: number; status: string; [column: string]: unknown }[]
  removed: string[]
}

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase({ migrate: 'status' })
})
afterEach(() => database.drop())

const rows = (text: string, values: unknown[] = []) => query(database.pool, text, values)
async function changes(cursor: string | null, epoch: string | null = null): Promise<Changes> {
  const [row] = await query<{ changes: Changes }>(database.pool, 'SELECT sync_status_changes($1, $2) AS changes', [
    cursor,
    epoch,
  ])
  return (row as { changes: Changes }).changes
}

/** What a client somewhere holds: rows by id, moved on by each answer as the rules say. */
class Replica {
  readonly rows = new Map<string, Changes['rows'][number]>()
  cursor: string | null = null

  apply(answer: Changes): void {
    if (answer.reset) this.rows.clear()
    for (const id of answer.removed) this.rows.delete(id)
    for (const row of answer.rows) if (row.rev > (this.rows.get(row.id)?.rev ?? 0)) this.rows.set(row.id, row)
    this.cursor = answer.cursor
  }
}

const WRITERS = 3
const KINDS = {
  begin: 'BEGIN',
  commit: 'COMMIT',
  rollback: 'ROLLBACK',
  create: `SELECT create_sync_operation('upload', operation_key => $1)`,
  progress: 'SELECT update_sync_progress($1, 50, processed => 3)',
  complete: 'SELECT complete_sync_operation($1)',
  delete: 'DELETE FROM sync_operations WHERE operation_key = $1',
} as const
type Kind = keyof typeof KINDS

const STEP = fc.record({
  kind: fc.oneof(
    { weight: 3, arbitrary: fc.constant<Kind | 'read'>('read') },
    { weight: 5, arbitrary: fc.constantFrom<Kind>('create', 'progress', 'complete', 'delete') },
    { weight: 4, arbitrary: fc.constantFrom<Kind>('begin', 'begin', 'commit', 'rollback') },
  ),
  writer: fc.nat(WRITERS - 1),
  row: fc.nat(5),
})

/** One step of one writer; a refusal costs it that step and no more. */
async function write(client: pg.PoolClient, kind: Kind, key: string): Promise<void> {
  if (kind === 'begin' || kind === 'commit' || kind === 'rollback') {
    await client.query(KINDS[kind])
    return
  }
  // Outside a transaction block there is no savepoint, and none is needed.
  await client.query('SAVEPOINT step').catch(() => {})
  await client.query(KINDS[kind], [key]).catch(() => client.query('ROLLBACK TO step').catch(() => {}))
}

const revs = (of: Iterable<{ id: string; rev: number }>) => [...of].map((row) => `${row.id} ${row.rev}`).sort()

describe('sync_status_changes', () => {
  it('begins with the whole view and goes on with what changed', async () => {
    await rows(
      `SELECT create_sync_operation('upload', operation_key => 'a'), create_sync_operation('upload', operation_key => 'b')`,
    )
    const first = await changes(null)
    expect(first).toMatchObject({ reset: true, removed: [] })
    expect(first.rows).toHaveLength(2)
    await rows(`SELECT update_sync_progress('a', 40)`)
    const second = await changes(first.cursor)
    expect(second.reset).toBe(false)
    expect(second.rows.map((row) => [row.operation_key, row.progress])).toEqual([['a', 40]])
    expect((await changes(second.cursor)).rows).toEqual([])
  })

  it('shows rows as everybody outside sees them', async () => {
    await rows(`SET TimeZone = 'Asia/Kolkata'; SELECT create_sync_operation('upload')`)
    const [row] = (await changes(null)).rows
    expect(row?.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(Math.abs(Date.parse(row?.created_at as string) - Date.now())).toBeLessThan(60_000)
    expect(row).not.toHaveProperty('changed_xid')
    expect(row).not.toHaveProperty('ended_xid')
  })

  it('tells of the end, of a note on what had ended, and of a removal', async () => {
    await rows(`SELECT create_sync_operation('upload', operation_key => 'a')`)
    let { cursor, rows: seen } = await changes(null)
    const step = async (text: string) => {
      await rows(text)
      const answer = await changes(cursor)
      cursor = answer.cursor
      return answer
    }
    expect((await step(`SELECT complete_sync_operation('a')`)).rows).toMatchObject([
      { status: 'completed', progress: 100 },
    ])
    expect((await step(`UPDATE sync_operations SET message = 'note'`)).rows).toMatchObject([{ message: 'note' }])
    expect((await step('DELETE FROM sync_operations')).removed).toEqual([seen[0]?.id])
  })

  it('does not miss a row whose transaction was open while later ones committed', async () => {
    await rows(
      `SELECT create_sync_operation('upload', operation_key => 'slow'), create_sync_operation('upload', operation_key => 'quick')`,
    )
    const replica = new Replica()
    replica.apply(await changes(null))
    const slow = await database.pool.connect()
    await slow.query('BEGIN')
    await slow.query(`SELECT update_sync_progress('slow', 10)`)
    await rows(`SELECT update_sync_progress('quick', 20)`)
    replica.apply(await changes(replica.cursor))
    await rows(`SELECT update_sync_progress('quick', 30)`)
    replica.apply(await changes(replica.cursor))
    await slow.query('COMMIT')
    slow.release()
    replica.apply(await changes(replica.cursor))
    expect([...replica.rows.values()].map((row) => row.progress).sort()).toEqual([10, 30])
  })

  it('under any interleaving of transactions a replica ends equal to the table', async () => {
    const clients: pg.PoolClient[] = []
    for (let index = 0; index < WRITERS; index += 1) clients.push(await database.pool.connect())
    // A row that another writer holds is somebody else's turn.
    for (const client of clients) await client.query(`SET lock_timeout = '1ms'`)
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(STEP, { minLength: 5, maxLength: 40 }), async (steps) => {
          for (const client of clients) await client.query('ROLLBACK')
          await rows('DELETE FROM sync_operations')
          const replica = new Replica()
          replica.apply(await changes(null))
          for (const step of steps)
            if (step.kind === 'read') {
              const answer = await changes(replica.cursor)
              expect(answer.reset).toBe(false)
              replica.apply(answer)
            } else await write(clients[step.writer] as pg.PoolClient, step.kind, `k${step.row}`)
          for (const client of clients) await client.query('COMMIT')
          replica.apply(await changes(replica.cursor))
          const truth = await query<{ id: string; rev: number }>(database.pool, 'SELECT id, rev FROM sync_operations')
          expect(revs(replica.rows.values())).toEqual(revs(truth))
        }),
        { numRuns: 60 },
      )
    } finally {
      for (const client of clients) client.release(true)
    }
  })

  it('gives the whole view to a cursor from the future, below the floor, or of another history', async () => {
    await rows(`SELECT create_sync_operation('upload')`)
    const { cursor, epoch } = await changes(null)
    expect((await changes('9000000000000000000')).reset).toBe(true)
    expect((await changes(cursor, '00000000-0000-0000-0000-000000000000')).reset).toBe(true)
    expect((await changes(cursor, epoch)).reset).toBe(false)
    await rows('DELETE FROM sync_operations')
    await rows(`UPDATE sync_removals SET removed_at = now() - interval '2 hours'`)
    await rows('SELECT cleanup_sync_status()')
    expect((await changes(cursor, epoch)).reset).toBe(true)
    const now = await changes(null)
    expect((await changes(now.cursor, epoch)).reset).toBe(false)
  })

  it('gives the whole view after TRUNCATE, which tells no names', async () => {
    await rows(`SELECT create_sync_operation('upload')`)
    const { cursor } = await changes(null)
    await rows('TRUNCATE sync_operations CASCADE')
    expect(await changes(cursor)).toMatchObject({ reset: true, rows: [] })
  })

  it('reads open operations and recent ends by index, however long the history', async () => {
    await rows(
      `INSERT INTO sync_operations (operation_type, status, progress, end_time)
       SELECT 'upload', 'completed', 100, now() FROM generate_series(1, 20000)`,
    )
    await rows('ANALYZE sync_operations')
    const plan = await rows(
      `EXPLAIN SELECT o.id FROM sync_operations o
       WHERE o.status IN ('pending', 'in_progress') AND o.changed_xid >= '5'
       UNION ALL SELECT o.id FROM sync_operations o WHERE o.ended_xid >= pg_snapshot_xmax(pg_current_snapshot())`,
    )
    const text = plan.map((line) => Object.values(line)[0]).join('\n')
    expect(text).toContain('sync_operations_open')
    expect(text).toContain('sync_operations_ended_xid')
    expect(text).not.toContain('Seq Scan')
  })
})

describe('sync_check_epoch', () => {
  const epoch = async () => (await rows('SELECT sync_check_epoch() AS epoch'))[0]?.epoch as string

  it('stays the same from start to start', async () => {
    const first = await epoch()
    await rows(`SELECT create_sync_operation('upload')`)
    expect(await epoch()).toBe(first)
    expect((await changes(null)).epoch).toBe(first)
  })

  it('is not deceived by transactions that run beside it', async () => {
    const first = await epoch()
    const writer = await database.pool.connect()
    const checker = await database.pool.connect()
    try {
      await checker.query('BEGIN')
      await checker.query('SELECT pg_current_xact_id()')
      await writer.query(`SELECT create_sync_operation('upload')`)
      const { rows: answer } = await checker.query('SELECT sync_check_epoch() AS epoch')
      await checker.query('COMMIT')
      expect(answer[0].epoch).toBe(first)
    } finally {
      writer.release()
      checker.release()
    }
  })

  it.each([
    ['on another server', `system_identifier = 'another'`],
    ['after a failover', 'timeline = 77'],
    ['in a copy of the database', 'database_oid = 1'],
    ['when the tables were restored in place', 'table_oid = 1'],
  ])('is renewed %s', async (_name, assignment) => {
    const first = await epoch()
    await rows(`UPDATE sync_epoch SET ${assignment}`)
    const second = await epoch()
    expect(second).not.toBe(first)
    expect(await epoch()).toBe(second)
  })

  it.each(['pending', 'completed'])(
    'is renewed after a dump was restored, and a %s row of its future comes back',
    async (status) => {
      const first = await epoch()
      await rows(`SELECT create_sync_operation('upload', operation_key => 'a')`)
      if (status === 'completed') await rows(`SELECT complete_sync_operation('a')`)
      // As a restore does it: rows come as they were, and no trigger fires.
      await rows('ALTER TABLE sync_operations DISABLE TRIGGER USER')
      await rows(
        `UPDATE sync_operations SET changed_xid = '900000000', ended_xid = CASE WHEN ended_xid IS NOT NULL THEN '900000000'::xid8 END`,
      )
      await rows('ALTER TABLE sync_operations ENABLE TRIGGER USER')
      expect(await epoch()).not.toBe(first)
      const { cursor } = await changes(null)
      await rows(`UPDATE sync_operations SET message = 'after'`)
      expect((await changes(cursor)).rows).toMatchObject([{ message: 'after' }])
      const left = await rows(
        'SELECT count(*) FROM sync_operations WHERE greatest(changed_xid::text::numeric, ended_xid::text::numeric) >= 900000000',
      )
      expect(left).toEqual([{ count: 0 }])
    },
  )
})

describe('cleanup_sync_status', () => {
  it('forgets removals after an hour and raises the floor of each topic', async () => {
    const own = await createTestDatabase({ migrate: 'all' })
    try {
      await query(own.pool, `INSERT INTO syncwatch.stores (name, kind, location) VALUES ('s', 'folder', '/x')`)
      await query(own.pool, 'DELETE FROM syncwatch.stores')
      await query(own.pool, `INSERT INTO connection_status (client_id, status) VALUES ('a', 'connected')`)
      await query(own.pool, 'DELETE FROM connection_status')
      await query(own.pool, 'SELECT cleanup_sync_status()')
      expect(await query(own.pool, 'SELECT FROM sync_topic_floors')).toEqual([])
      await query(own.pool, `UPDATE sync_removals SET removed_at = now() - interval '61 minutes'`)
      await query(own.pool, `UPDATE syncwatch.removals SET removed_at = now() - interval '61 minutes'`)
      await query(own.pool, 'SELECT cleanup_sync_status()')
      const floors = await query(own.pool, 'SELECT topic FROM sync_topic_floors ORDER BY topic')
      expect(floors).toEqual([{ topic: 'connections' }, { topic: 'stores' }])
      expect(await query(own.pool, 'SELECT FROM syncwatch.removals')).toEqual([])
    } finally {
      await own.drop()
    }
  })

  it('removes what ended long ago in batches, and never what is open', async () => {
    await rows(
      `INSERT INTO sync_operations (operation_type, status, created_at, end_time)
       SELECT 'upload', s, now() - interval '60 days', CASE WHEN s = 'failed' THEN now() - interval '60 days' END
       FROM unnest(ARRAY['failed', 'pending', 'failed', 'in_progress', 'failed']) s`,
    )
    await rows(`SELECT complete_sync_operation(create_sync_operation('upload'))`)
    await rows(
      `INSERT INTO sync_status_snapshots (snapshot_type, created_at) VALUES ('daily', now() - interval '31 days')`,
    )
    expect(await rows('SELECT * FROM cleanup_sync_status(batch => 2)')).toEqual([
      { operations: 2, snapshots: 1, connections: 0, details: 2 },
    ])
    expect(await rows('SELECT * FROM cleanup_sync_status(batch => 2)')).toEqual([
      { operations: 1, snapshots: 0, connections: 0, details: 1 },
    ])
    const left = await rows('SELECT status FROM sync_operations ORDER BY status')
    expect(left.map((row) => row.status)).toEqual(['completed', 'in_progress', 'pending'])
  })

  it('takes the items of a large run away piece by piece, and the run with the last of them', async () => {
    await rows(
      `WITH o AS (
         INSERT INTO sync_operations (operation_type, status, end_time) VALUES ('upload', 'failed', now() - interval '60 days')
         RETURNING id)
       INSERT INTO sync_operation_items (operation_id, item_key, action, state)
       SELECT o.id, k::text, 'import', 'done' FROM o, generate_series(1, 25) k`,
    )
    const calls: unknown[] = []
    for (let call = 0; call < 4; call += 1)
      calls.push((await rows('SELECT operations, details FROM cleanup_sync_status(batch => 1)'))[0])
    expect(calls).toEqual([
      { operations: 0, details: 11 },
      { operations: 0, details: 10 },
      { operations: 1, details: 5 },
      { operations: 0, details: 0 },
    ])
  })

  it('keeps as many as it is told', async () => {
    await rows(
      `INSERT INTO sync_operations (operation_type, status, operation_key, end_time)
       SELECT 'upload', 'failed', k::text, now() - k * interval '1 minute' FROM generate_series(1, 6) k`,
    )
    await rows('SELECT cleanup_sync_status(keep_count => 4)')
    const left = await rows('SELECT operation_key FROM sync_operations ORDER BY 1')
    expect(left.map((row) => row.operation_key)).toEqual(['1', '2', '3', '4'])
    await expect(rows('SELECT cleanup_sync_status(keep_count => 0)')).rejects.toMatchObject({ code: 'invalid_input' })
  })
})
