import { createRoute, z } from '@hono/zod-openapi'
import { type ApiApp, jsonAnswer, refusals } from '@syncwatch/http'
import type { MediaService } from '../media-service.ts'
import { expectedRevision, revisionHeader, revisionTag } from '../revision/expected-revision.ts'
import { bytesOf } from '../revision/request-bytes.ts'
import { assetAddress, assetDetailSchema } from './asset-schema.ts'

const route = createRoute({
  method: 'put',
  path: '/assets/{id}/content',
  operationId: 'replaceAssetContent',
  summary: 'Replace the bytes of an asset by those in the body',
  description: 'The bytes that it had are kept as a version. Needs `If-Match`.',
  tags: ['assets'],
  request: {
    params: assetAddress,
    headers: revisionHeader,
    body: {
      required: true,
      content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
    },
  },
  responses: { 200: jsonAnswer(assetDetailSchema, 'The asset after the commit.'), ...refusals },
})

export function replaceContent(app: ApiApp, { editor }: MediaService): void {
  app.openAPIRegistry.registerPath(route)
  app.put(route.getRoutingPath(), async (c) => {
    const by = { by: c.get('principal').name, revision: expectedRevision(c), signal: c.req.raw.signal }
    const asset = await editor.replaceContent(c.req.param('id'), bytesOf(c.req.raw), by)
    return c.json(asset, 200, revisionTag(asset))
  })
}
