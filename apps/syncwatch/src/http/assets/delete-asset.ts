import { createRoute, z } from '@hono/zod-openapi'
import { type ApiApp, jsonAnswer, refusals } from '@syncwatch/http'
import type { MediaService } from '../media-service.ts'
import { expectedRevision, revisionHeader, revisionTag } from '../revision/expected-revision.ts'
import { assetAddress, assetDetailSchema } from './asset-schema.ts'

const querySchema = z.strictObject({
  force: z
    .enum(['true', 'false', ''])
    .optional()
    .openapi({ description: '`true` deletes it although the app uses it.' }),
})

const route = createRoute({
  method: 'delete',
  path: '/assets/{id}',
  operationId: 'deleteAsset',
  summary: 'Put an asset into the trash',
  description:
    'It can be restored from there. The stores delete it, keeping it in their trash. Refused where the app uses it.',
  tags: ['assets'],
  request: { params: assetAddress, query: querySchema, headers: revisionHeader },
  responses: { 200: jsonAnswer(assetDetailSchema, 'The asset, in the trash.'), ...refusals },
})

export function deleteAsset(app: ApiApp, { editor }: MediaService): void {
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param')
    const force = c.req.valid('query').force === 'true'
    const assets = [{ id, revision: expectedRevision(c) }]
    await editor.delete({ assets, count: 1, force, by: c.get('principal').name })
    const asset = await editor.detail(id)
    return c.json(asset, 200, revisionTag(asset))
  })
}
