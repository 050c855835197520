import SwaggerParser from '@apidevtools/swagger-parser'
import { expect, test } from 'vitest'
import { apiUnderTest } from './api-under-test.ts'

type Document = Parameters<typeof SwaggerParser.validate>[0] & object

const ROUTES = [
  'get /api/v1/status',
  'get /api/v1/health',
  'post /api/v1/health/acknowledgements',
  'delete /api/v1/health/acknowledgements/{code}',
  'get /api/v1/snapshots',
  'post /api/v1/snapshots',
  'get /api/v1/operations',
  'post /api/v1/operations',
  'get /api/v1/operations/{id}',
  'get /api/v1/operations/{id}/items',
  'get /api/v1/operations/{id}/events',
  'post /api/v1/operations/{id}/progress',
  'post /api/v1/operations/{id}/complete',
  'post /api/v1/operations/{id}/cancel',
  'post /api/v1/operations/{id}/retry',
  'get /api/v1/connections',
  'post /api/v1/realtime/ticket',
]

test('the description is valid OpenAPI 3.1 and has every route', async () => {
  const api = await apiUnderTest()
  const { body, status } = await api.send('GET', '/openapi.json', undefined)
  expect(status).toBe(200)
  expect(body.openapi).toBe('3.1.0')
  await SwaggerParser.validate(structuredClone(body) as Document)
  const routes = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.keys(methods as object).map((method) => `${method} ${path}`),
  )
  expect(routes.sort()).toEqual([...ROUTES].sort())
})

test('every operation has a name of its own, an answer and the refusals', async () => {
  const api = await apiUnderTest()
  const { body } = await api.send('GET', '/openapi.json', undefined)
  // biome-ignore lint/suspicious/noExplicitAny: the description is looked into as it comes
  const operations = Object.values(body.paths).flatMap((methods) => Object.values(methods as any)) as any[]
  expect(new Set(operations.map((operation) => operation.operationId)).size).toBe(ROUTES.length)
  for (const { operationId, summary, responses } of operations) {
    expect([operationId, Boolean(summary)]).toEqual([operationId, true])
    expect(Object.keys(responses)).toEqual(expect.arrayContaining([expect.stringMatching(/^20/), 'default']))
    expect(responses.default.content).toHaveProperty(['application/problem+json'])
  }
})
