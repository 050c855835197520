import { createRoute, type z } from '@hono/zod-openapi'
import { type ApiApp, jsonAnswer, refusals } from '@syncwatch/http'
import type { MediaLibrary } from '../media-library.ts'
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

export function getAsset(app: ApiApp, library: MediaLibrary): void {
  app.openapi(route, async (c) => {
    const asset = await library.getAsset(c.req.valid('param').id)
    return c.json(asset as z.infer<typeof assetSchema>, 200)
  })
}
