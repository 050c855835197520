import { createRoute, z } from '@hono/zod-openapi'
import { parseInput } from '@syncwatch/core'
import { type ApiApp, idempotencyHeader, jsonAnswer, refusals } from '@syncwatch/http'
import type { MediaService } from '../media-service.ts'
import { revisionTag } from '../revision/expected-revision.ts'
import { bytesOf } from '../revision/request-bytes.ts'
import { assetDetailSchema } from './asset-schema.ts'

const querySchema = z.strictObject({
  key: z.string().min(1).max(1024).openapi({ description: 'Folder and name, `/`-separated.', example: 'hats/red.png' }),
})

const headers = z.object({
  Location: z.string().openapi({ description: 'The address of the asset.' }),
  ETag: z.string().openapi({ description: 'Its revision.' }),
})

const route = createRoute({
  method: 'post',
  path: '/assets',
  operationId: 'createAsset',
  summary: 'Make an asset of the bytes in the body',
  description:
    'The type is told by the bytes. The same bytes under the same key again answer with the asset that is there.',
  tags: ['assets'],
  request: {
    query: querySchema,
    headers: idempotencyHeader,
    body: {
      required: true,
      content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
    },
  },
  responses: {
    201: { ...jsonAnswer(assetDetailSchema, 'The asset, committed.'), headers },
    200: { ...jsonAnswer(assetDetailSchema, 'It was there already.'), headers },
    ...refusals,
  },
})

export function createAsset(app: ApiApp, { editor }: MediaService): void {
  app.openAPIRegistry.registerPath(route)
  app.post(route.getRoutingPath(), async (c) => {
    const { key } = parseInput(querySchema, c.req.query())
    const by = { by: c.get('principal').name, signal: c.req.raw.signal }
    const { asset, created } = await editor.create(key, bytesOf(c.req.raw), by)
    const Location = `${c.req.path.replace(/\/$/, '')}/${asset.id}`
    return c.json(asset, created ? 201 : 200, { Location, ...revisionTag(asset) })
  })
}
