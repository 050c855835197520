import { createRoute, z } from '@hono/zod-openapi'
import { type ApiApp, jsonAnswer, pageQuery, pageSchema, refusals, storeSchema } from '@syncwatch/http'
import type { MediaLibrary } from '../media-library.ts'

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

export function listStores(app: ApiApp, library: MediaLibrary): void {
  app.openapi(route, async (c) => c.json({ items: await library.listStores(), next_cursor: null }, 200))
}
