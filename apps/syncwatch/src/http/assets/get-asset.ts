import { createRoute } from '@hono/zod-openapi'
import { type ApiApp, jsonAnswer, refusals } from '@syncwatch/http'
import type { MediaService } from '../media-service.ts'
import { assetAddress, assetSchema } from './asset-schema.ts'

const route = createRoute({
  method: 'get',
  path: '/assets/{id}',
  operationId: 'getAsset',
  summary: 'One asset',
  tags: ['assets'],
  request: { params: assetAddress },
  responses: { 200: jsonAnswer(assetSchema, 'The asset.'), ...refusals },
})

export function getAsset(app: ApiApp, media: MediaService): void {
  app.openapi(route, async (c) => c.json(await media.getAsset(c.req.valid('param').id), 200))
}
