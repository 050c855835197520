import { ENDED_STATUSES, OPERATION_SOURCES, OPERATION_TYPES } from '@syncwatch/core'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApi } from './api-under-test.ts'

let opened: Awaited<ReturnType<typeof openApi>>
beforeAll(async () => {
  opened = await openApi()
})
afterAll(() => opened.close())

const number = fc.oneof(
  fc.integer({ min: -5, max: 200 }),
  fc.constantFrom(0, 100, 2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1, 2 ** 53, 1e21, 1.5, -1),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('', '\u0000', '\ud800', 'x'.repeat(5000)),
)
const anything = fc.oneof(number, text, fc.constant(null), fc.boolean(), fc.jsonValue({ maxDepth: 3 }))

/** Mostly what belongs there, sometimes anything at all. */
function field(proper: fc.Arbitrary<unknown>) {
  return fc.option(fc.oneof({ weight: 4, arbitrary: proper }, { weight: 1, arbitrary: anything }), { nil: undefined })
}

const create = fc.record({
  operation_type: field(fc.constantFrom(...OPERATION_TYPES)),
  operation_key: field(text),
  total_items: field(number),
  total_bytes: field(number),
  triggered_by: field(text),
  source: field(fc.constantFrom(...OPERATION_SOURCES)),
  store_id: field(fc.uuid()),
  operation_data: field(fc.dictionary(text, anything)),
  message: field(text),
})
const progress = fc.record({
  progress: field(number),
  processed_items: field(number),
  failed_items: field(number),
  total_items: field(number),
  processed_bytes: field(number),
  total_bytes: field(number),
  phase: field(text),
  message: field(text),
})
const complete = fc.record({
  status: field(fc.constantFrom(...ENDED_STATUSES)),
  error_details: field(fc.dictionary(text, anything)),
  message: field(text),
})

test('no input whatever makes the server fail: it is done, or refused with a code', async () => {
  const { api } = opened
  const { id } = (await api.post('/operations', { operation_type: 'upload' })).body
  const calls = fc.oneof(
    fc.tuple(fc.constant('/operations'), create),
    fc.tuple(fc.constant(`/operations/${id}/progress`), progress),
    fc.tuple(fc.constant(`/operations/${id}/complete`), complete),
    fc.tuple(fc.constant(`/operations/${id}/retry`), fc.record({ triggered_by: field(text), source: field(text) })),
    fc.tuple(fc.constant('/snapshots'), fc.record({ type: field(text) })),
  )
  await fc.assert(
    fc.asyncProperty(calls, async ([path, body]) => {
      const answer = await api.post(path, body)
      expect([answer.status, answer.body]).toEqual([expect.any(Number), expect.any(Object)])
      expect(answer.status, JSON.stringify([path, body, answer.body])).toBeLessThan(500)
      if (answer.status >= 400) expect(answer.body.code).toEqual(expect.any(String))
    }),
    { numRuns: 400 },
  )
}, 60_000)

test('no address whatever makes the server fail', async () => {
  const { api } = opened
  const part = fc.string({ unit: 'binary', maxLength: 40 }).map((name) => encodeURIComponent(name.toWellFormed()))
  const query = fc.constantFrom('status', 'type', 'limit', 'cursor', 'state', 'store_id', 'bogus')
  const path = fc.oneof(
    part.map((id) => `/operations/${id}`),
    part.map((id) => `/operations/${id}/items`),
    fc.tuple(query, part).map(([name, value]) => `/operations?${name}=${value}`),
    fc.tuple(query, part).map(([name, value]) => `/snapshots?${name}=${value}`),
    fc.tuple(query, part).map(([name, value]) => `/connections?${name}=${value}`),
  )
  await fc.assert(
    fc.asyncProperty(path, async (address) => {
      const answer = await api.get(address)
      expect(answer.status, JSON.stringify([address, answer.body])).toBeLessThan(500)
    }),
    { numRuns: 300 },
  )
}, 60_000)
