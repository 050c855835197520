import { createRoute, z } from '@hono/zod-openapi'
import { type ApiApp, jsonAnswer, pageQuery, pageSchema, refusals } from '@syncwatch/http'
import type { MediaLibrary } from '../media-library.ts'
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

export function listAssets(app: ApiApp, library: MediaLibrary): void {
  app.openapi(route, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const page = await library.listAssets({ limit, ...(cursor && { cursor }) })
    return c.json(page as z.infer<typeof answerSchema>, 200)
  })
}

const answerSchema = pageSchema(assetSchema)
