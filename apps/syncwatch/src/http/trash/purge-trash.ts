import { createRoute, z } from '@hono/zod-openapi'
import { SyncwatchError } from '@syncwatch/core'
import { type ApiApp, idempotencyHeader, jsonAnswer, jsonRequest, refusals, requireRole } from '@syncwatch/http'
import type { MediaService } from '../media-service.ts'

const bodySchema = z
  .strictObject({
    ids: z.array(z.uuid()).min(1).max(1_000),
    count: z.int().nonnegative().openapi({ description: 'How many the person was told would go.' }),
  })
  .openapi('PurgeTrash')

const route = createRoute({
  method: 'post',
  path: '/trash/purge',
  operationId: 'purgeTrash',
  summary: 'Remove assets from the trash for good (administrators only)',
  description: 'What a store has still is left until it is gone there. This cannot be undone.',
  tags: ['assets'],
  middleware: requireRole('admin'),
  request: { headers: idempotencyHeader, body: jsonRequest(bodySchema, true) },
  responses: {
    200: jsonAnswer(z.object({ purged: z.int() }).openapi('PurgedTrash'), 'How many are gone.'),
    ...refusals,
  },
})

export function purgeTrash(app: ApiApp, { editor }: MediaService): void {
  app.openapi(route, async (c) => {
    const { ids, count } = c.req.valid('json')
    const given = [...new Set(ids)]
    if (given.length !== count)
      throw new SyncwatchError(
        'confirmation_needed',
        `${given.length} assets would be removed for good and not ${count}. Nothing was removed.`,
        { details: { count: given.length } },
      )
    return c.json({ purged: await editor.purge(given) }, 200)
  })
}
