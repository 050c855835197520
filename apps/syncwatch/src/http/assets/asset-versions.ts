import { createRoute, z } from '@hono/zod-openapi'
import { type ApiApp, idempotencyHeader, jsonAnswer, jsonRequest, pageSchema, refusals } from '@syncwatch/http'
import type { MediaService } from '../media-service.ts'
import { expectedRevision, revisionField, revisionHeader, revisionTag } from '../revision/expected-revision.ts'
import { assetAddress, assetDetailSchema, versionSchema } from './asset-schema.ts'
import { contentResponse } from './content-response.ts'

const versionAddress = assetAddress.extend({
  version: z.string().min(1).max(100).openapi({ description: 'The id of the version.' }),
})

const listRoute = createRoute({
  method: 'get',
  path: '/assets/{id}/versions',
  operationId: 'listVersions',
  summary: 'Content that an asset had before and that is kept, latest first',
  tags: ['assets'],
  request: { params: assetAddress },
  responses: { 200: jsonAnswer(pageSchema(versionSchema).openapi('AssetVersionPage'), 'All of them.'), ...refusals },
})

const contentRoute = createRoute({
  method: 'get',
  path: '/assets/{id}/versions/{version}/content',
  operationId: 'getVersionContent',
  summary: 'The bytes of an earlier version',
  tags: ['assets'],
  request: { params: versionAddress },
  responses: {
    200: {
      description: 'The bytes.',
      content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
    },
    ...refusals,
  },
})

const thumbnailRoute = createRoute({
  method: 'get',
  path: '/assets/{id}/versions/{version}/thumbnail',
  operationId: 'getVersionThumbnail',
  summary: 'A small picture of an earlier version',
  tags: ['assets'],
  request: { params: versionAddress },
  responses: contentRoute.responses,
})

const restoreRoute = createRoute({
  method: 'post',
  path: '/assets/{id}/versions/{version}/restore',
  operationId: 'restoreVersion',
  summary: 'Give an asset the content of an earlier version',
  description: 'What it has now becomes a version in turn. Name and metadata stay.',
  tags: ['assets'],
  request: {
    params: versionAddress,
    headers: idempotencyHeader.extend(revisionHeader.shape),
    body: jsonRequest(z.strictObject({ revision: revisionField }).openapi('RestoreVersion'), false),
  },
  responses: { 200: jsonAnswer(assetDetailSchema, 'The asset after the commit.'), ...refusals },
})

export function assetVersions(app: ApiApp, media: MediaService): void {
  const { editor } = media
  app.openapi(listRoute, async (c) =>
    c.json({ items: await editor.versions(c.req.valid('param').id), next_cursor: null }, 200),
  )
  app.openapi(restoreRoute, async (c) => {
    const { id, version } = c.req.valid('param')
    const by = { by: c.get('principal').name, revision: expectedRevision(c, c.req.valid('json').revision) }
    const asset = await editor.restoreVersion(id, version, by)
    return c.json(asset, 200, revisionTag(asset))
  })
  app.openAPIRegistry.registerPath(thumbnailRoute)
  app.get(thumbnailRoute.getRoutingPath(), async (c) =>
    contentResponse(c.req.raw, await media.openVersionThumbnail(c.req.param('id'), c.req.param('version'))),
  )
  app.openAPIRegistry.registerPath(contentRoute)
  app.get(contentRoute.getRoutingPath(), async (c) => {
    const version = await editor.version(c.req.param('id'), c.req.param('version'))
    return contentResponse(c.req.raw, {
      version: version.sha256,
      size: version.size,
      mimeType: version.mime_type,
      name: version.key.slice(version.key.lastIndexOf('/') + 1),
      read: (range) => editor.versionContent(version, range),
    })
  })
}
