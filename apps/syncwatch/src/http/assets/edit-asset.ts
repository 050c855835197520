import { createRoute } from '@hono/zod-openapi'
import { type ApiApp, jsonAnswer, jsonRequest, refusals } from '@syncwatch/http'
import { assetEditSchema } from '@syncwatch/sync'
import type { MediaService } from '../media-service.ts'
import { expectedRevision, revisionField, revisionHeader, revisionTag } from '../revision/expected-revision.ts'
import { assetAddress, assetDetailSchema } from './asset-schema.ts'

const route = createRoute({
  method: 'patch',
  path: '/assets/{id}',
  operationId: 'editAsset',
  summary: 'Rename, move or describe an asset',
  description:
    'What is left out stays, null takes it away. `key` renames and moves at once; `folder` and `name` do one of it. The stores follow.',
  tags: ['assets'],
  request: {
    params: assetAddress,
    headers: revisionHeader,
    body: jsonRequest(assetEditSchema.safeExtend({ revision: revisionField }), true),
  },
  responses: { 200: jsonAnswer(assetDetailSchema, 'The asset after the commit.'), ...refusals },
})

export function editAsset(app: ApiApp, { editor }: MediaService): void {
  app.openapi(route, async (c) => {
    const { revision: given, ...edit } = c.req.valid('json')
    const by = { by: c.get('principal').name, revision: expectedRevision(c, given) }
    const asset = await editor.edit(c.req.valid('param').id, edit, by)
    return c.json(asset, 200, revisionTag(asset))
  })
}
