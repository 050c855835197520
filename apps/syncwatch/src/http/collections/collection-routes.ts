import { createRoute } from '@hono/zod-openapi'
import { type ApiApp, idempotencyHeader, jsonAnswer, jsonRequest, pageSchema, refusals } from '@syncwatch/http'
import { collectionEditSchema, newCollectionSchema } from '@syncwatch/sync'
import type { MediaService } from '../media-service.ts'
import { expectedRevision, revisionField, revisionHeader, revisionTag } from '../revision/expected-revision.ts'
import { collectionAddress, collectionSchema } from './collection-schema.ts'

const tags = ['collections']
const one = { 200: jsonAnswer(collectionSchema, 'The collection.'), ...refusals }

const listRoute = createRoute({
  method: 'get',
  path: '/collections',
  operationId: 'listCollections',
  summary: 'The collections, by name',
  tags,
  responses: { 200: jsonAnswer(pageSchema(collectionSchema).openapi('CollectionPage'), 'All of them.'), ...refusals },
})

const makeRoute = createRoute({
  method: 'post',
  path: '/collections',
  operationId: 'createCollection',
  summary: 'Make a collection',
  tags,
  request: { headers: idempotencyHeader, body: jsonRequest(newCollectionSchema, true) },
  responses: { 201: jsonAnswer(collectionSchema, 'The collection, empty.'), ...refusals },
})

const getRoute = createRoute({
  method: 'get',
  path: '/collections/{id}',
  operationId: 'getCollection',
  summary: 'One collection',
  tags,
  request: { params: collectionAddress },
  responses: one,
})

const editRoute = createRoute({
  method: 'patch',
  path: '/collections/{id}',
  operationId: 'editCollection',
  summary: 'Rename or describe a collection',
  tags,
  request: {
    params: collectionAddress,
    headers: revisionHeader,
    body: jsonRequest(collectionEditSchema.extend({ revision: revisionField }), true),
  },
  responses: one,
})

const removeRoute = createRoute({
  method: 'delete',
  path: '/collections/{id}',
  operationId: 'removeCollection',
  summary: 'Remove a collection; its assets stay',
  tags,
  request: { params: collectionAddress, headers: revisionHeader },
  responses: { 204: { description: 'Removed.' }, ...refusals },
})

export function collectionRoutes(app: ApiApp, { collections }: MediaService): void {
  app.openapi(listRoute, async (c) => c.json({ items: await collections.list(), next_cursor: null }, 200))
  app.openapi(makeRoute, async (c) => {
    const made = await collections.create(c.req.valid('json'), c.get('principal').name)
    return c.json(made, 201, { Location: `${c.req.path.replace(/\/$/, '')}/${made.id}`, ...revisionTag(made) })
  })
  app.openapi(getRoute, async (c) => {
    const found = await collections.get(c.req.valid('param').id)
    return c.json(found, 200, revisionTag(found))
  })
  app.openapi(editRoute, async (c) => {
    const { revision: given, ...edit } = c.req.valid('json')
    const edited = await collections.edit(c.req.valid('param').id, edit, expectedRevision(c, given))
    return c.json(edited, 200, revisionTag(edited))
  })
  app.openapi(removeRoute, async (c) => {
    await collections.remove(c.req.valid('param').id, expectedRevision(c))
    return c.body(null, 204)
  })
}
