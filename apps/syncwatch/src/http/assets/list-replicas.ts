import { createRoute } from '@hono/zod-openapi'
import { type ApiApp, jsonAnswer, pageSchema, refusals } from '@syncwatch/http'
import type { MediaService } from '../media-service.ts'
import { assetAddress, replicaSchema } from './asset-schema.ts'

const route = createRoute({
  method: 'get',
  path: '/assets/{id}/replicas',
  operationId: 'listReplicas',
  summary: 'What each store has of an asset, and when that was verified',
  tags: ['assets'],
  request: { params: assetAddress },
  responses: { 200: jsonAnswer(pageSchema(replicaSchema).openapi('ReplicaPage'), 'One row a store.'), ...refusals },
})

export function listReplicas(app: ApiApp, media: MediaService): void {
  app.openapi(route, async (c) => {
    const items = await media.listReplicas(c.req.valid('param').id)
    return c.json({ items, next_cursor: null }, 200)
  })
}
