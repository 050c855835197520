import { createRoute, z } from '@hono/zod-openapi'
import { type ApiApp, jsonAnswer, pageQuery, pageSchema, refusals } from '@syncwatch/http'
import { assetDetailSchema } from '../assets/asset-schema.ts'
import type { MediaService } from '../media-service.ts'

const route = createRoute({
  method: 'get',
  path: '/trash',
  operationId: 'listTrash',
  summary: 'What was deleted and can be restored, last deleted first',
  tags: ['assets'],
  request: { query: z.strictObject(pageQuery) },
  responses: { 200: jsonAnswer(pageSchema(assetDetailSchema).openapi('TrashPage'), 'A page of assets.'), ...refusals },
})

export function listTrash(app: ApiApp, { editor }: MediaService): void {
  app.openapi(route, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    return c.json(await editor.trash({ limit, ...(cursor && { cursor }) }), 200)
  })
}
