import { createRoute, z } from '@hono/zod-openapi'
import { type ApiApp, jsonAnswer, refusals } from '@syncwatch/http'
import type { MediaLibrary } from '../media-library.ts'
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

export function testStore(app: ApiApp, library: MediaLibrary): void {
  app.openapi(route, async (c) => c.json(await library.testStore(c.req.valid('param').id), 200))
}
