import { createRoute, z } from '@hono/zod-openapi'
import { type ApiApp, jsonAnswer, refusals } from '@syncwatch/http'
import type { MediaService } from './media-service.ts'
import { planOf, planSchema } from './stores/held-plan.ts'

const attentionSchema = z
  .object({
    conflicts: z
      .array(
        z.object({
          store_id: z.uuid().nullable(),
          store_name: z.string().nullable(),
          count: z.int(),
          since: z.string().openapi({ description: 'When the oldest of them was found.' }),
        }),
      )
      .openapi({ description: 'Open conflicts, by store.' }),
    plans: z.array(planSchema).openapi({ description: 'Held plans that are pending or approved, the oldest first.' }),
    trash_count: z.int().openapi({ description: 'Assets in the trash.' }),
  })
  .openapi('Attention')

const route = createRoute({
  method: 'get',
  path: '/attention',
  operationId: 'getAttention',
  summary: 'What waits for a person',
  tags: ['conflicts'],
  responses: { 200: jsonAnswer(attentionSchema, 'Conflicts and held plans of all stores.'), ...refusals },
})

export function attention(app: ApiApp, { conflicts, plans, editor }: MediaService): void {
  app.openapi(route, async (c) => {
    const [open, held, trash_count] = await Promise.all([conflicts.waiting(), plans.waiting(), editor.trashCount()])
    return c.json({ conflicts: open, plans: held.map(planOf), trash_count }, 200)
  })
}
