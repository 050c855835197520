import { createRoute } from '@hono/zod-openapi'
import { type ApiApp, refusals, requireRole } from '@syncwatch/http'
import type { MediaService } from '../media-service.ts'
import { storeAddress } from './store-address.ts'

const route = createRoute({
  method: 'delete',
  path: '/stores/{id}',
  operationId: 'removeStore',
  summary: 'Disconnect a store (administrators only)',
  description: 'The files in the store and the library stay; only what both last agreed on is forgotten.',
  tags: ['stores'],
  middleware: requireRole('admin'),
  request: { params: storeAddress },
  responses: { 204: { description: 'Disconnected.' }, ...refusals },
})

export function removeStore(app: ApiApp, media: MediaService): void {
  app.openapi(route, async (c) => {
    await media.removeStore(c.req.valid('param').id)
    return c.body(null, 204)
  })
}
