import { createRoute } from '@hono/zod-openapi'
import { type ApiApp, jsonAnswer, refusals } from '@syncwatch/http'
import type { MediaService } from '../media-service.ts'
import { revisionTag } from '../revision/expected-revision.ts'
import { assetAddress, assetDetailSchema } from './asset-schema.ts'

const route = createRoute({
  method: 'get',
  path: '/assets/{id}',
  operationId: 'getAsset',
  summary: 'One asset',
  tags: ['assets'],
  request: { params: assetAddress },
  responses: { 200: jsonAnswer(assetDetailSchema, 'The asset, also where it is in the trash.'), ...refusals },
})

export function getAsset(app: ApiApp, media: MediaService): void {
  app.openapi(route, async (c) => {
    const asset = await media.getAsset(c.req.valid('param').id)
    return c.json(asset, 200, revisionTag(asset))
  })
}
