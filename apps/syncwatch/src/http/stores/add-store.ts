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
import { storePrefixes, storeSentinel } from '@syncwatch/sync'
import type { MediaService, NewStore } from '../media-service.ts'

export const newStoreSchema = z
  .strictObject({
    kind: z.literal('folder').default('folder'),
    location: z.string().min(1).max(4096).openapi({ description: 'The absolute path of the folder on the server.' }),
    name: z.string().trim().min(1).max(100).optional().openapi({ description: 'The name of the folder unless given.' }),
    mode: z.enum(['two-way', 'pull', 'push']).optional(),
    content_mode: z.enum(['full', 'reference']).optional(),
    conflict_policy: z.enum(['keep-both', 'newer', 'library', 'store', 'manual']).optional(),
    prefixes: storePrefixes.optional(),
    sentinel: storeSentinel.optional(),
  })
  .openapi('AddStore')

const route = createRoute({
  method: 'post',
  path: '/stores',
  operationId: 'addStore',
  summary: 'Connect a store (administrators only)',
  description: 'It makes files of the server readable to everybody who may look, so it is not for editors.',
  tags: ['stores'],
  middleware: requireRole('admin'),
  request: { headers: idempotencyHeader, body: jsonRequest(newStoreSchema, true) },
  responses: {
    201: {
      ...jsonAnswer(storeSchema, 'The store, connected. Its first run begins by itself.'),
      headers: z.object({ Location: z.string().openapi({ description: 'The address of the store.' }) }),
    },
    ...refusals,
  },
})

export function addStore(app: ApiApp, media: MediaService): void {
  app.openapi(route, async (c) => {
    const store = await media.addStore(c.req.valid('json') as NewStore)
    return c.json(store, 201, { Location: `${c.req.path.replace(/\/$/, '')}/${store.id}` })
  })
}
