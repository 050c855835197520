import { createRoute, z } from '@hono/zod-openapi'
import { type ApiApp, jsonAnswer, pageQuery, pageSchema, refusals } from '@syncwatch/http'
import type { MediaService } from '../media-service.ts'
import { assetSchema } from './asset-schema.ts'

const querySchema = z.strictObject({
  search: z
    .string()
    .max(500)
    .optional()
    .openapi({ description: 'Only assets whose key contains this, letter case aside.' }),
  folder: z
    .string()
    .max(2048)
    .optional()
    .openapi({ description: 'Only assets directly in this folder; `/` is the root.' }),
  key: z.string().max(2048).optional().openapi({ description: 'Only the asset of exactly this key.' }),
  ...pageQuery,
})

const route = createRoute({
  method: 'get',
  path: '/assets',
  operationId: 'listAssets',
  summary: 'The library, latest first',
  tags: ['assets'],
  request: { query: querySchema },
  responses: { 200: jsonAnswer(pageSchema(assetSchema).openapi('AssetPage'), 'A page of assets.'), ...refusals },
})

export function listAssets(app: ApiApp, media: MediaService): void {
  app.openapi(route, async (c) => {
    const { limit, cursor, search, folder, key } = c.req.valid('query')
    const query = {
      limit,
      ...(cursor && { cursor }),
      ...(search && { search }),
      ...(key && { key }),
      ...(folder && { folder: folder.replace(/^\/|\/$/g, '') }),
    }
    return c.json(await media.listAssets(query), 200)
  })
}
