import { createRoute, z } from '@hono/zod-openapi'
import {
  type ApiApp,
  idempotencyHeader,
  jsonAnswer,
  jsonRequest,
  refusals,
  requireRole,
  storeSchema,
} from '@syncwatch/http'
import type { MediaService } from '../media-service.ts'
import { storeAddress } from './store-address.ts'

const bodySchema = z
  .strictObject({ confirm: z.string().max(200).openapi({ description: 'The name of the store, typed again.' }) })
  .openapi('ForgetIdentity')

const route = createRoute({
  method: 'post',
  path: '/stores/{id}/forget-identity',
  operationId: 'forgetStoreIdentity',
  summary: 'Take whatever answers at the place of a store for it, from the next run on (administrators only)',
  description: 'For a store that was moved or restored on purpose. Nothing else protects against the wrong disk.',
  tags: ['stores'],
  middleware: requireRole('admin'),
  request: { params: storeAddress, headers: idempotencyHeader, body: jsonRequest(bodySchema, true) },
  responses: { 200: jsonAnswer(storeSchema, 'The store.'), ...refusals },
})

export function forgetIdentity(app: ApiApp, media: MediaService): void {
  app.openapi(route, async (c) =>
    c.json(await media.forgetIdentity(c.req.valid('param').id, c.req.valid('json').confirm), 200),
  )
}
