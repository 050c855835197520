import { createRoute, z } from '@hono/zod-openapi'
import { type ApiApp, jsonAnswer, pageQuery, pageSchema, refusals } from '@syncwatch/http'
import type { MediaService } from '../media-service.ts'
import { assetSchema } from './asset-schema.ts'

const route = createRoute({
  method: 'get',
  path: '/assets',
  operationId: 'listAssets',
  summary: 'The library, latest first',
  tags: ['assets'],
  request: { query: z.strictObject(pageQuery) },
  responses: { 200: jsonAnswer(pageSchema(assetSchema).openapi('AssetPage'), 'A page of assets.'), ...refusals },
})

export function listAssets(app: ApiApp, media: MediaService): void {
  app.openapi(route, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    return c.json(await media.listAssets({ limit, ...(cursor && { cursor }) }), 200)
  })
}
