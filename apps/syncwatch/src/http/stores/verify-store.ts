import { createRoute, z } from '@hono/zod-openapi'
import { type ApiApp, idempotencyHeader, jsonAnswer, jsonRequest, operationSchema, refusals } from '@syncwatch/http'
import type { MediaService } from '../media-service.ts'
import { storeAddress } from './store-address.ts'

const bodySchema = z
  .strictObject({
    content: z
      .enum(['metadata', 'full'])
      .default('metadata')
      .openapi({ description: '`full` reads and hashes every file; `metadata` goes by versions, as a run does.' }),
  })
  .openapi('VerifyStore')

const route = createRoute({
  method: 'post',
  path: '/stores/{id}/verify',
  operationId: 'verifyStore',
  summary: 'Compare a store with the library, and change neither',
  description: 'What differs, and what is missing on which side, are items of the operation with the action `verify`.',
  tags: ['stores'],
  request: { params: storeAddress, headers: idempotencyHeader, body: jsonRequest(bodySchema, false) },
  responses: {
    202: {
      ...jsonAnswer(operationSchema, 'The operation; follow it live or under its address.'),
      headers: z.object({ Location: z.string().openapi({ description: 'The address of the operation.' }) }),
    },
    ...refusals,
  },
})

export function verifyStore(app: ApiApp, media: MediaService): void {
  app.openapi(route, async (c) => {
    const by = { triggered_by: c.get('principal').name, source: 'manual' } as const
    const operation = await media.verifyStore(c.req.valid('param').id, c.req.valid('json').content, by)
    return c.json(operation, 202, { Location: c.req.path.replace(/stores\/.*$/, `operations/${operation.id}`) })
  })
}
