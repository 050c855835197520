import { createRoute, z } from '@hono/zod-openapi'
import { type ApiApp, jsonAnswer, refusals } from '@syncwatch/http'
import type { PlanPreview } from '@syncwatch/sync'
import type { MediaService } from '../media-service.ts'
import { gateSchema } from './held-plan.ts'
import { storeAddress } from './store-address.ts'

const previewSchema = z
  .object({
    complete: z
      .boolean()
      .openapi({ description: 'Whether the listing missed nothing; otherwise nothing is concluded from absence.' }),
    gates: z.array(gateSchema).openapi({ description: 'Safety gates that would hold something back.' }),
    total: z.int().openapi({ description: 'Things that a run would look at or do.' }),
    rules: z.record(z.string(), z.int()).openapi({ description: 'How many each rule has.' }),
    bytes_to_library: z.int(),
    bytes_to_store: z.int(),
    rows: z.array(
      z.object({
        key: z.string(),
        rule: z.string(),
        library: z
          .string()
          .openapi({ description: 'none, create, change or trash; `look` where it must be read first; `hold`.' }),
        store: z.string().openapi({ description: 'none, create, change or delete; `look`; `hold`.' }),
        size: z.int().nullable(),
      }),
    ),
  })
  .openapi('PlanPreview')

const route = createRoute({
  method: 'post',
  path: '/stores/{id}/plan',
  operationId: 'previewStorePlan',
  summary: 'What a run would do now (dry run)',
  description: 'Lists and compares, and changes nothing on either side. The first 1,000 rows are told one by one.',
  tags: ['stores'],
  request: { params: storeAddress },
  responses: { 200: jsonAnswer(previewSchema, 'What a run would do.'), ...refusals },
})

export function previewPlan(app: ApiApp, media: MediaService): void {
  app.openapi(route, async (c) =>
    c.json(shown(await media.previewPlan(c.req.valid('param').id, c.req.raw.signal)), 200),
  )
}

function shown(preview: PlanPreview) {
  return {
    complete: preview.complete,
    gates: [...preview.gates],
    total: preview.total,
    rules: { ...preview.rules } as Record<string, number>,
    bytes_to_library: preview.bytes.toLibrary,
    bytes_to_store: preview.bytes.toStore,
    rows: preview.rows.map(({ key, settlement, size }) => ({
      key,
      rule: settlement.rule,
      library: settlement.kind === 'settle' ? settlement.library.kind : settlement.kind,
      store: settlement.kind === 'settle' ? settlement.store.kind : settlement.kind,
      size,
    })),
  }
}
