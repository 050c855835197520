import { createRoute, z } from '@hono/zod-openapi'
import { type ApiApp, jsonAnswer, jsonRequest, refusals, requireRole } from '@syncwatch/http'
import type { MediaService, NewStore } from '../media-service.ts'
import { newStoreSchema } from './add-store.ts'
import { storeAddress } from './store-address.ts'

const resultSchema = z.object({ ok: z.boolean(), message: z.string() }).openapi('StoreTest')

const route = createRoute({
  method: 'post',
  path: '/stores/{id}/test',
  operationId: 'testStore',
  summary: 'See whether a store can be reached',
  tags: ['stores'],
  request: { params: storeAddress },
  responses: { 200: jsonAnswer(resultSchema, 'What was found, as a sentence.'), ...refusals },
})

const placeRoute = createRoute({
  method: 'post',
  path: '/stores/test',
  operationId: 'testNewStore',
  summary: 'See whether a place could be connected as a store, and connect nothing (administrators only)',
  tags: ['stores'],
  middleware: requireRole('admin'),
  request: { body: jsonRequest(newStoreSchema, true) },
  responses: { 200: jsonAnswer(resultSchema, 'What was found, as a sentence.'), ...refusals },
})

export function testStore(app: ApiApp, media: MediaService): void {
  app.openapi(route, async (c) => c.json(await media.testStore(c.req.valid('param').id), 200))
  app.openapi(placeRoute, async (c) => c.json(await media.testPlace(c.req.valid('json') as NewStore), 200))
}
