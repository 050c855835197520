import { createRoute } from '@hono/zod-openapi'
import { type ApiApp, refusals } from '@syncwatch/http'
import type { MediaService } from '../media-service.ts'
import { assetAddress } from './asset-schema.ts'
import { contentResponse } from './content-response.ts'

const bytes = { content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } } as const
const answers = {
  200: { description: 'The bytes.', ...bytes },
  206: { description: 'The range that was asked for.', ...bytes },
  304: { description: 'Unchanged.' },
  416: { description: 'The range lies outside.' },
  ...refusals,
}

const contentRoute = createRoute({
  method: 'get',
  path: '/assets/{id}/content',
  operationId: 'getAssetContent',
  summary: 'The bytes of an asset',
  description: 'With ETag and ranges. Only formats without script are shown in place; the rest is a download.',
  tags: ['assets'],
  request: { params: assetAddress },
  responses: answers,
})

const thumbnailRoute = createRoute({
  method: 'get',
  path: '/assets/{id}/thumbnail',
  operationId: 'getAssetThumbnail',
  summary: 'A small picture of an asset',
  tags: ['assets'],
  request: { params: assetAddress },
  responses: answers,
})

export function getContent(app: ApiApp, media: MediaService): void {
  app.openAPIRegistry.registerPath(contentRoute)
  app.openAPIRegistry.registerPath(thumbnailRoute)
  app.get(contentRoute.getRoutingPath(), async (c) =>
    contentResponse(c.req.raw, await media.openContent(c.req.param('id'))),
  )
  app.get(thumbnailRoute.getRoutingPath(), async (c) =>
    contentResponse(c.req.raw, await media.openThumbnail(c.req.param('id'))),
  )
}
