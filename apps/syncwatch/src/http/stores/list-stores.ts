import { createRoute, z } from '@hono/zod-openapi'
import { type ApiApp, jsonAnswer, pageQuery, pageSchema, refusals, storeSchema } from '@syncwatch/http'
import type { MediaService } from '../media-service.ts'

const route = createRoute({
  method: 'get',
  path: '/stores',
  operationId: 'listStores',
  summary: 'The connected stores, by name',
  description: 'They are few, so one page holds them all.',
  tags: ['stores'],
  request: { query: z.strictObject(pageQuery) },
  responses: { 200: jsonAnswer(pageSchema(storeSchema).openapi('StorePage'), 'All stores.'), ...refusals },
})

export function listStores(app: ApiApp, media: MediaService): void {
  app.openapi(route, async (c) => c.json({ items: await media.listStores(), next_cursor: null }, 200))
}
