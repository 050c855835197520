import { createRoute, z } from '@hono/zod-openapi'
import {
  type ApiApp,
  idempotencyHeader,
  jsonAnswer,
  jsonRequest,
  pageQuery,
  pageSchema,
  refusals,
} from '@syncwatch/http'
import { assetSchema } from '../assets/asset-schema.ts'
import type { MediaService } from '../media-service.ts'
import { expectedRevision, revisionHeader, revisionTag } from '../revision/expected-revision.ts'
import { collectionAddress, collectionSchema, membersSchema } from './collection-schema.ts'

const tags = ['collections']
const path = '/collections/{id}/assets'
const one = { 200: jsonAnswer(collectionSchema, 'The collection after the commit.'), ...refusals }
const headers = idempotencyHeader.extend(revisionHeader.shape)

const listRoute = createRoute({
  method: 'get',
  path,
  operationId: 'listCollectionAssets',
  summary: 'The assets of a collection, in its order',
  tags,
  request: { params: collectionAddress, query: z.strictObject(pageQuery) },
  responses: {
    200: jsonAnswer(pageSchema(assetSchema).openapi('CollectionAssetPage'), 'A page of assets.'),
    ...refusals,
  },
})

const addRoute = createRoute({
  method: 'post',
  path,
  operationId: 'addCollectionAssets',
  summary: 'Add assets to a collection, or move them to another place in it',
  tags,
  request: {
    params: collectionAddress,
    headers,
    body: jsonRequest(
      membersSchema
        .extend({
          position: z
            .int()
            .nonnegative()
            .optional()
            .openapi({ description: 'Counted from 0; at the end unless given.' }),
        })
        .openapi('AddCollectionAssets'),
      true,
    ),
  },
  responses: one,
})

const takeRoute = createRoute({
  method: 'post',
  path: `${path}/remove`,
  operationId: 'removeCollectionAssets',
  summary: 'Take assets out of a collection; the assets stay',
  tags,
  request: { params: collectionAddress, headers, body: jsonRequest(membersSchema, true) },
  responses: one,
})

const reorderRoute = createRoute({
  method: 'put',
  path,
  operationId: 'reorderCollection',
  summary: 'Put the assets of a collection into this order',
  tags,
  request: { params: collectionAddress, headers: revisionHeader, body: jsonRequest(membersSchema, true) },
  responses: one,
})

export function collectionAssets(app: ApiApp, { collections }: MediaService): void {
  app.openapi(listRoute, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    return c.json(await collections.assets(c.req.valid('param').id, { limit, ...(cursor && { cursor }) }), 200)
  })
  app.openapi(addRoute, async (c) => {
    const { asset_ids, revision, position } = c.req.valid('json')
    const { id } = c.req.valid('param')
    const after = await collections.add(id, asset_ids, expectedRevision(c, revision), position ?? null)
    return c.json(after, 200, revisionTag(after))
  })
  app.openapi(takeRoute, async (c) => {
    const { asset_ids, revision } = c.req.valid('json')
    const after = await collections.take(c.req.valid('param').id, asset_ids, expectedRevision(c, revision))
    return c.json(after, 200, revisionTag(after))
  })
  app.openapi(reorderRoute, async (c) => {
    const { asset_ids, revision } = c.req.valid('json')
    const after = await collections.reorder(c.req.valid('param').id, asset_ids, expectedRevision(c, revision))
    return c.json(after, 200, revisionTag(after))
  })
}
