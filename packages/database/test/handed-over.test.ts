import { createTestDatabase } from '@syncwatch/testkit'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { createPool, hearClients } from '../src/index.ts'

const pools: Record<string, (url: string) => pg.Pool> = {
  'a pool of ours': (url) => createPool({ url, max: 1 }),
  'a pool that was made elsewhere': (connectionString) => {
    const pool = new pg.Pool({ connectionString, max: 1 })
    hearClients(pool)
    return pool
  },
}

test.each(Object.entries(pools))(
  '%s: a connection that breaks while it is handed over does not end the process',
  async (_, make) => {
    const database = await createTestDatabase({ migrate: 'none' })
    onTestFinished(() => database.drop())
    const pool = make(database.url)
    onTestFinished(() => pool.end())
    const first = await pool.connect()
    const next = pool.connect()
    first.release()
    // The end of an answer and the end of the connection may come in one packet: then the next one was not told of it yet.
    expect(() => first.emit('error', new Error('terminating connection due to administrator command'))).not.toThrow()
    ;(await next).release(true)
  },
)

test.each(Object.entries(pools))(
  '%s: a connection that breaks while it rests does not end the process',
  async (_, make) => {
    const database = await createTestDatabase({ migrate: 'none' })
    onTestFinished(() => database.drop())
    const pool = make(database.url)
    onTestFinished(() => pool.end())
    const client = await pool.connect()
    client.release()
    expect(() => client.emit('error', new Error('terminating connection due to administrator command'))).not.toThrow()
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  },
)
