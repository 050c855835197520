import { SyncwatchError } from '@syncwatch/core'
import { expect, test } from 'vitest'
import type { IdempotencyStore } from '../src/index.ts'
import { apiUnderTest } from './api-under-test.ts'

const upload = { operation_type: 'upload' }
const keyed = (key: string) => ({ 'idempotency-key': key })

test('the same key with the same body gives the same answer and creates nothing more', async () => {
  const api = await apiUnderTest()
  const first = await api.post('/operations', upload, keyed('k1'))
  const second = await api.post('/operations', upload, keyed('k1'))
  expect(second.status).toBe(201)
  expect(second.body).toEqual(first.body)
  expect(second.headers.get('location')).toBe(first.headers.get('location'))
  expect(second.headers.get('idempotency-replayed')).toBe('true')
  expect((await api.get('/operations')).body.items).toHaveLength(1)
})

test('twenty at the same time create one', async () => {
  const api = await apiUnderTest()
  const answers = await Promise.all(Array.from({ length: 20 }, () => api.post('/operations', upload, keyed('k'))))
  expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1)
  expect((await api.get('/operations')).body.items).toHaveLength(1)
})

test('another body or another address under the same key is a conflict', async () => {
  const api = await apiUnderTest()
  const { id } = (await api.post('/operations', upload, keyed('k'))).body
  const otherBody = await api.post('/operations', { operation_type: 'delete' }, keyed('k'))
  expect([otherBody.status, otherBody.body.code]).toEqual([409, 'idempotency_conflict'])
  const otherAddress = await api.post(`/operations/${id}/cancel`, undefined, keyed('k'))
  expect(otherAddress.body.code).toBe('idempotency_conflict')
  expect((await api.get(`/operations/${id}`)).body.status).toBe('pending')
})

test('a refused request frees its key', async () => {
  const api = await apiUnderTest()
  expect((await api.post('/operations', { operation_type: 'sing' }, keyed('k'))).status).toBe(400)
  expect((await api.post('/operations', upload, keyed('k'))).status).toBe(201)
})

test('the end of an operation can be told twice under one key', async () => {
  const api = await apiUnderTest()
  const { id } = (await api.post('/operations', upload)).body
  const end = () => api.post(`/operations/${id}/complete`, { status: 'failed', message: 'naïve 🎈' }, keyed('end'))
  const first = await end()
  expect([first.status, (await end()).body]).toEqual([200, first.body])
})

test.each(['', ' ', 'a b', 'x'.repeat(256)])('the key %j is refused', async (key) => {
  const api = await apiUnderTest()
  const answer = await api.post('/operations', upload, keyed(key))
  expect([answer.status, answer.body.code]).toEqual([400, 'invalid_input'])
})

test('where no keys are kept, a request with one is refused rather than carried out twice', async () => {
  const api = await apiUnderTest({ idempotency: undefined as never })
  expect((await api.post('/operations', upload, keyed('k'))).status).toBe(400)
})

const away = async () => {
  throw new SyncwatchError('database_unavailable', 'The database cannot be reached.')
}

/** As time would make them, so that nobody waits. */
const agedKeys = (api: { pool: { query(text: string): Promise<unknown> } }) =>
  api.pool.query(`UPDATE sync_idempotency_keys SET created_at = created_at - interval '61 seconds'`)

test('an answer that could not be kept is given all the same, and the request is not carried out twice', async () => {
  const keys = (store: IdempotencyStore) => ({ ...store, finish: away })
  const api = await apiUnderTest({ keys })
  const first = await api.post('/operations', upload, keyed('k'))
  expect(first.status).toBe(201)
  await agedKeys(api)
  const second = await api.post('/operations', upload, keyed('k'))
  expect([second.status, second.body.code]).toEqual([409, 'idempotency_unknown'])
  expect((await api.get('/operations')).body.items).toEqual([first.body])
})

test('an answer that could be kept at the second try is given again', async () => {
  let failures = 0
  const keys = (store: IdempotencyStore): IdempotencyStore => ({
    ...store,
    finish: (...args) => {
      failures += 1
      return failures === 1 ? away() : store.finish(...args)
    },
  })
  const api = await apiUnderTest({ keys })
  const first = await api.post('/operations', upload, keyed('k'))
  expect((await api.post('/operations', upload, keyed('k'))).body).toEqual(first.body)
})

test('a refusal is told as it is, even where its key could not be freed', async () => {
  const keys = (store: IdempotencyStore) => ({ ...store, abandon: away })
  const api = await apiUnderTest({ keys })
  const refused = await api.post('/operations', { operation_type: 'sing' }, keyed('k'))
  expect([refused.status, refused.body.code]).toEqual([400, 'invalid_input'])
  const unknown = await api.post('/operations/01a2041f-1dfe-704d-ba54-38a1388eadc7/cancel', undefined, keyed('l'))
  expect([unknown.status, unknown.body.code]).toEqual([404, 'operation_not_found'])
})

test('a request that may have been carried out keeps its key', async () => {
  const api = await apiUnderTest()
  const create = api.status.createSyncOperation
  api.status.createSyncOperation = async (...args) => {
    await create.apply(api.status, args)
    return away()
  }
  expect((await api.post('/operations', upload, keyed('k'))).status).toBe(503)
  await agedKeys(api)
  expect((await api.post('/operations', upload, keyed('k'))).body.code).toBe('idempotency_unknown')
  expect((await api.get('/operations')).body.items).toHaveLength(1)
})
