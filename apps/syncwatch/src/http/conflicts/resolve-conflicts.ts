import { createRoute, z } from '@hono/zod-openapi'
import { type ApiApp, idempotencyHeader, jsonAnswer, jsonRequest, refusals } from '@syncwatch/http'
import type { MediaService } from '../media-service.ts'
import { conflictAddress, conflictSchema, resolutionSchema } from './conflict-schema.ts'

const tags = ['conflicts']
const one = { 200: jsonAnswer(conflictSchema, 'The conflict after the commit.'), ...refusals }

const resolveRoute = createRoute({
  method: 'post',
  path: '/conflicts/{id}/resolve',
  operationId: 'resolveConflict',
  summary: 'Decide a conflict',
  description:
    'Where both sides were kept it is done at once. Where nothing was done (`held`) the next run of the store does it, as long as both sides are what they were.',
  tags,
  request: {
    params: conflictAddress,
    headers: idempotencyHeader,
    body: jsonRequest(z.strictObject({ resolution: resolutionSchema }).openapi('ResolveConflict'), true),
  },
  responses: one,
})

const manySchema = z
  .strictObject({
    ids: z.array(z.uuid()).min(1).max(500),
    resolution: resolutionSchema,
    count: z.int().nonnegative().openapi({ description: 'How many the person was told would be decided.' }),
  })
  .openapi('ResolveConflicts')

const manyAnswer = z
  .object({
    resolved: z.array(conflictSchema),
    failed: z.array(z.object({ id: z.uuid(), code: z.string(), message: z.string() })),
  })
  .openapi('ResolvedConflicts')

const manyRoute = createRoute({
  method: 'post',
  path: '/conflicts/resolve',
  operationId: 'resolveConflicts',
  summary: 'Decide several conflicts the same way, each by itself',
  tags,
  request: { headers: idempotencyHeader, body: jsonRequest(manySchema, true) },
  responses: { 200: jsonAnswer(manyAnswer, 'Which were decided, and why others were not.'), ...refusals },
})

const undoRoute = createRoute({
  method: 'post',
  path: '/conflicts/{id}/undo',
  operationId: 'undoConflict',
  summary: 'Take the decision of a conflict back',
  description:
    'A person’s: both are back and it waits again. A policy’s: the side that lost takes the key, what won stays a version.',
  tags,
  request: { params: conflictAddress, headers: idempotencyHeader },
  responses: one,
})

export function resolveConflicts(app: ApiApp, { conflicts }: MediaService): void {
  app.openapi(manyRoute, async (c) => {
    const { ids, resolution, count } = c.req.valid('json')
    return c.json(await conflicts.resolveMany(ids, { resolution, count, by: c.get('principal').name }), 200)
  })
  app.openapi(resolveRoute, async (c) => {
    const { resolution } = c.req.valid('json')
    return c.json(await conflicts.resolve(c.req.valid('param').id, { resolution, by: c.get('principal').name }), 200)
  })
  app.openapi(undoRoute, async (c) =>
    c.json(await conflicts.undo(c.req.valid('param').id, c.get('principal').name), 200),
  )
}
