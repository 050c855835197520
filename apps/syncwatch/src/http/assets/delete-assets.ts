import { createRoute, z } from '@hono/zod-openapi'
import { type ApiApp, idempotencyHeader, jsonAnswer, jsonRequest, refusals } from '@syncwatch/http'
import type { MediaService } from '../media-service.ts'

/** Assets of one request. */
const MOST = 1_000

const bodySchema = z
  .strictObject({
    assets: z
      .array(z.strictObject({ id: z.string().min(1).max(100), revision: z.int().positive().nullable().default(null) }))
      .min(1)
      .max(MOST)
      .openapi({ description: 'With the revision that was looked at; without it whatever it is now.' }),
    count: z.int().nonnegative().openapi({ description: 'How many the person was told would go.' }),
    force: z.boolean().default(false).openapi({ description: 'Deletes also what the app uses.' }),
  })
  .openapi('DeleteAssets')

const answerSchema = z.object({ trashed: z.array(z.uuid()) }).openapi('DeletedAssets')

const route = createRoute({
  method: 'post',
  path: '/assets/delete',
  operationId: 'deleteAssets',
  summary: 'Put several assets into the trash, all or none',
  description: 'The number is asked for, because whoever deletes many must have seen how many.',
  tags: ['assets'],
  request: { headers: idempotencyHeader, body: jsonRequest(bodySchema, true) },
  responses: { 200: jsonAnswer(answerSchema, 'What is in the trash now.'), ...refusals },
})

export function deleteAssets(app: ApiApp, { editor }: MediaService): void {
  app.openapi(route, async (c) => {
    const { assets, count, force } = c.req.valid('json')
    return c.json(await editor.delete({ assets, count, force, by: c.get('principal').name }), 200)
  })
}
