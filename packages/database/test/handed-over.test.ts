import { createTestDatabase } from '@syncwatch/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { createPool } from '../src/index.ts'

test('a connection that breaks while it is handed over does not end the process', async () => {
  const database = await createTestDatabase({ migrate: 'none' })
  onTestFinished(() => database.drop())
  const pool = createPool({ url: database.url, max: 1 })
  onTestFinished(() => pool.end())
  const first = await pool.connect()
  const next = pool.connect()
  first.release()
  // The end of an answer and the end of the connection may come in one packet: then the next one was not told of it yet.
  expect(() => first.emit('error', new Error('terminating connection due to administrator command'))).not.toThrow()
  ;(await next).release(true)
})
