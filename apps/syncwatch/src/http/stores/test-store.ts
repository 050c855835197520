import { createRoute, z } from '@hono/zod-openapi'
import { type ApiApp, jsonAnswer, refusals } from '@syncwatch/http'
import type { MediaService } from '../media-service.ts'
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

export function testStore(app: ApiApp, media: MediaService): void {
  app.openapi(route, async (c) => c.json(await media.testStore(c.req.valid('param').id), 200))
}
