import { createRoute } from '@hono/zod-openapi'
import { type ApiApp, idempotencyHeader, jsonAnswer, jsonRequest, pageSchema, refusals } from '@syncwatch/http'
import { usageSchema } from '@syncwatch/sync'
import type { MediaService } from '../media-service.ts'
import { assetAddress, usageRowSchema } from './asset-schema.ts'

const path = '/assets/{id}/usage'

const listRoute = createRoute({
  method: 'get',
  path,
  operationId: 'listUsage',
  summary: 'Where the app uses an asset',
  tags: ['assets'],
  request: { params: assetAddress },
  responses: { 200: jsonAnswer(pageSchema(usageRowSchema).openapi('AssetUsagePage'), 'All of it.'), ...refusals },
})

const addRoute = createRoute({
  method: 'post',
  path,
  operationId: 'addUsage',
  summary: 'Record a use; the same again is that one',
  tags: ['assets'],
  request: {
    params: assetAddress,
    headers: idempotencyHeader,
    body: jsonRequest(usageSchema, true),
  },
  responses: { 201: jsonAnswer(usageRowSchema, 'The use.'), ...refusals },
})

const removeRoute = createRoute({
  method: 'delete',
  path,
  operationId: 'removeUsage',
  summary: 'Forget a use',
  tags: ['assets'],
  request: { params: assetAddress, query: usageSchema },
  responses: { 204: { description: 'It is not there (any more).' }, ...refusals },
})

export function assetUsage(app: ApiApp, { editor }: MediaService): void {
  app.openapi(listRoute, async (c) =>
    c.json({ items: await editor.usage(c.req.valid('param').id), next_cursor: null }, 200),
  )
  app.openapi(addRoute, async (c) => c.json(await editor.addUsage(c.req.valid('param').id, c.req.valid('json')), 201))
  app.openapi(removeRoute, async (c) => {
    await editor.removeUsage(c.req.valid('param').id, c.req.valid('query'))
    return c.body(null, 204)
  })
}
