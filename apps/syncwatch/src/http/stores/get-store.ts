import { createRoute } from '@hono/zod-openapi'
import { type ApiApp, jsonAnswer, refusals, storeSchema } from '@syncwatch/http'
import type { MediaService } from '../media-service.ts'
import { storeAddress } from './store-address.ts'

const route = createRoute({
  method: 'get',
  path: '/stores/{id}',
  operationId: 'getStore',
  summary: 'One store',
  tags: ['stores'],
  request: { params: storeAddress },
  responses: { 200: jsonAnswer(storeSchema, 'The store.'), ...refusals },
})

export function getStore(app: ApiApp, media: MediaService): void {
  app.openapi(route, async (c) => c.json(await media.getStore(c.req.valid('param').id), 200))
}
