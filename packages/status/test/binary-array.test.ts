import { createPool, query } from '@syncwatch/database'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bigintArray, uuidArray } from '../src/write/binary-array.ts'
import { afterTest, openBench } from './support.ts'

const count = fc.oneof(fc.constantFrom(0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER), fc.maxSafeNat())
const sparse = fc.array(fc.option(count), { minLength: 1, maxLength: 40 })

test('Postgres reads the arrays that are sent to it as what they were', async () => {
  const bench = await openBench()
  const pool = createPool({ url: bench.database.url, max: 1 })
  afterTest(() => pool.end())
  const property = fc.asyncProperty(fc.array(fc.uuid(), { maxLength: 40 }), sparse, async (ids, counts) => {
    const [row] = await query<{ ids: string[]; counts: string[] }>(
      pool,
      'SELECT $1::uuid[]::text[] AS ids, $2::int8[]::text[] AS counts',
      [uuidArray(ids), bigintArray(counts)],
    )
    expect(row?.ids).toEqual(ids)
    const isEmpty = counts.every((value) => value === null)
    expect(row?.counts).toEqual(isEmpty ? [] : counts.map((value) => (value === null ? null : String(value))))
  })
  await fc.assert(property, { numRuns: 60 })
})

test('an id may be in upper case', () => {
  const id = '01A2041F-1DFE-704D-BA54-38A1388EADC7'
  expect(uuidArray([id])).toEqual(uuidArray([id.toLowerCase()]))
})
