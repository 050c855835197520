import { pipeline } from 'node:stream/promises'
import { query } from '@syncwatch/database'
import { createTestDatabase } from '@syncwatch/testkit'
import fc from 'fast-check'
import { from as copyFrom } from 'pg-copy-streams'
import { expect, test } from 'vitest'
import { copyRow } from '../src/plan/copy-text.ts'
import { foldKey } from '../src/plan/fold-key.ts'

test('X8: any text that a file name can hold arrives through COPY as it was', async () => {
  const database = await createTestDatabase({ migrate: 'none' })
  try {
    await query(database.pool, 'CREATE TABLE given (n int, key text)')
    const names = fc.sample(
      fc
        .string({
          unit: fc.oneof(
            fc.constantFrom('\\', '\n', '\t', '\r', 'N', '.', ' ', 'é', '🎉'),
            fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
          ),
        })
        .map((text) => text.replaceAll('\0', '').toWellFormed()),
      500,
    )
    const client = await database.pool.connect()
    await pipeline(
      [names.map((name, index) => copyRow([index, name])).join('')],
      client.query(copyFrom('COPY given FROM STDIN')),
    )
    client.release()
    const rows = await query<{ key: string }>(database.pool, 'SELECT key FROM given ORDER BY n')
    expect(rows.map((row) => row.key)).toEqual(names)
  } finally {
    await database.drop()
  }
})

test('R25: names fold alike when only case or Unicode form tells them apart', () => {
  expect(foldKey('CAF\u00c9.JPG')).toBe(foldKey('cafe\u0301.jpg'))
  expect(foldKey('a.jpg')).not.toBe(foldKey('b.jpg'))
})
