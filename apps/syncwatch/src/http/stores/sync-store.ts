import { createRoute, z } from '@hono/zod-openapi'
import { type ApiApp, idempotencyHeader, jsonAnswer, operationSchema, refusals } from '@syncwatch/http'
import type { MediaService } from '../media-service.ts'
import { storeAddress } from './store-address.ts'

const route = createRoute({
  method: 'post',
  path: '/stores/{id}/sync',
  operationId: 'syncStore',
  summary: 'Begin a run on a store',
  tags: ['stores'],
  request: { params: storeAddress, headers: idempotencyHeader },
  responses: {
    202: {
      ...jsonAnswer(operationSchema, 'The operation of the run; follow it live or under its address.'),
      headers: z.object({ Location: z.string().openapi({ description: 'The address of the operation.' }) }),
    },
    ...refusals,
  },
})

export function syncStore(app: ApiApp, media: MediaService): void {
  app.openapi(route, async (c) => {
    const by = { triggered_by: c.get('principal').name, source: 'manual' } as const
    const operation = await media.syncStore(c.req.valid('param').id, by)
    return c.json(operation, 202, { Location: c.req.path.replace(/stores\/.*$/, `operations/${operation.id}`) })
  })
}
