import { createRoute, z } from '@hono/zod-openapi'
import { type ApiApp, idempotencyHeader, jsonAnswer, jsonRequest, refusals } from '@syncwatch/http'
import type { MediaService } from '../media-service.ts'
import { expectedRevision, revisionField, revisionHeader, revisionTag } from '../revision/expected-revision.ts'
import { assetAddress, assetDetailSchema } from './asset-schema.ts'

const bodySchema = z
  .strictObject({
    key: z.string().min(1).max(1024).optional().openapi({ description: 'Another name, where its own is taken.' }),
    revision: revisionField,
  })
  .openapi('RestoreAsset')

const route = createRoute({
  method: 'post',
  path: '/assets/{id}/restore',
  operationId: 'restoreAsset',
  summary: 'Take an asset out of the trash',
  tags: ['assets'],
  request: {
    params: assetAddress,
    headers: idempotencyHeader.extend(revisionHeader.shape),
    body: jsonRequest(bodySchema, false),
  },
  responses: { 200: jsonAnswer(assetDetailSchema, 'The asset, live again.'), ...refusals },
})

export function restoreAsset(app: ApiApp, { editor }: MediaService): void {
  app.openapi(route, async (c) => {
    const { key, revision: given } = c.req.valid('json')
    const by = { by: c.get('principal').name, revision: expectedRevision(c, given), ...(key !== undefined && { key }) }
    const asset = await editor.restore(c.req.valid('param').id, by)
    return c.json(asset, 200, revisionTag(asset))
  })
}
