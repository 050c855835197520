import { createRoute, z } from '@hono/zod-openapi'
import {
  type ApiApp,
  idempotencyHeader,
  jsonAnswer,
  jsonRequest,
  operationSchema,
  pageQuery,
  refusals,
} from '@syncwatch/http'
import type { HeldPlan, HeldRow } from '@syncwatch/sync'
import type { MediaService } from '../media-service.ts'
import { storeAddress } from './store-address.ts'

/** A safety gate that is closed. */
export const gateSchema = z.object({ gate: z.int(), guards: z.string(), message: z.string() }).openapi('ClosedGate')

const rowSchema = z
  .object({
    key: z.string(),
    asset_id: z.uuid().nullable(),
    rule: z.string(),
    library: z
      .string()
      .openapi({ description: 'What is to become of the library’s side: none, create, change or trash.' }),
    store: z
      .string()
      .openapi({ description: 'What is to become of the store’s side: none, create, change or delete.' }),
    base_version: z.string().nullable(),
    store_version: z.string().nullable(),
    library_revision: z.int().nullable(),
    size: z.int().nullable(),
    has_thumbnail: z.boolean().openapi({ description: 'Whether the asset has a small picture.' }),
  })
  .openapi('HeldRow')

export const planSchema = z
  .object({
    id: z.uuid(),
    store_id: z.uuid(),
    operation_id: z.uuid().nullable(),
    state: z.enum(['pending', 'approved', 'dropped', 'expired', 'done']),
    gates: z.array(gateSchema),
    counts: z.record(z.string(), z.int()).openapi({ description: 'How many rows each rule has, and `rows` in all.' }),
    created_at: z.string(),
    expires_at: z.string(),
    decided_at: z.string().nullable(),
    decided_by: z.string().nullable(),
  })
  .openapi('HeldPlan')

const tags = ['stores']
const shownSchema = z
  .object({ plan: planSchema.nullable(), rows: z.array(rowSchema), next_cursor: z.string().nullable() })
  .openapi('StorePlan')

const showRoute = createRoute({
  method: 'get',
  path: '/stores/{id}/plan',
  operationId: 'getStorePlan',
  summary: 'What safety gates hold back of a store, and why',
  tags,
  request: { params: storeAddress, query: z.strictObject(pageQuery) },
  responses: {
    200: jsonAnswer(shownSchema, 'The plan with a page of its rows; `plan` is null without one.'),
    ...refusals,
  },
})

const approveRoute = createRoute({
  method: 'post',
  path: '/stores/{id}/approve',
  operationId: 'approveStorePlan',
  summary: 'Approve what is held back, for exactly what it shows, and begin the run that does it',
  tags,
  request: {
    params: storeAddress,
    headers: idempotencyHeader,
    body: jsonRequest(
      z
        .strictObject({
          plan_id: z.uuid(),
          rows: z.int().nonnegative().openapi({ description: 'How many rows the person was shown.' }),
        })
        .openapi('ApprovePlan'),
      true,
    ),
  },
  responses: { 202: jsonAnswer(operationSchema, 'The operation of the run.'), ...refusals },
})

const dropRoute = createRoute({
  method: 'post',
  path: '/stores/{id}/drop',
  operationId: 'dropStorePlan',
  summary: 'Drop what is held back: it is not done, and not asked for again while it looks the same',
  tags,
  request: {
    params: storeAddress,
    headers: idempotencyHeader,
    body: jsonRequest(z.strictObject({ plan_id: z.uuid() }).openapi('DropPlan'), true),
  },
  responses: { 200: jsonAnswer(planSchema, 'The plan, dropped.'), ...refusals },
})

export function heldPlan(app: ApiApp, media: MediaService): void {
  const { plans } = media
  app.openapi(showRoute, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const plan = await plans.open(c.req.valid('param').id)
    if (plan === null) return c.json({ plan, rows: [], next_cursor: null }, 200)
    const page = await plans.rows(plan.id, { limit, ...(cursor && { cursor }) })
    const pictured = await media.pictured(page.items.flatMap(({ assetId }) => assetId ?? []))
    const rows = page.items.map((row) => rowOf(row, row.assetId !== null && pictured.has(row.assetId)))
    return c.json({ plan: planOf(plan), rows, next_cursor: page.next_cursor }, 200)
  })
  app.openapi(approveRoute, async (c) => {
    const { plan_id, rows } = c.req.valid('json')
    const by = c.get('principal').name
    const { id } = c.req.valid('param')
    await plans.approve(id, plan_id, { rows, by })
    return c.json(await media.syncStore(id, { triggered_by: by, source: 'manual' }), 202)
  })
  app.openapi(dropRoute, async (c) => {
    const by = c.get('principal').name
    return c.json(planOf(await plans.drop(c.req.valid('param').id, c.req.valid('json').plan_id, by)), 200)
  })
}

/** A plan as it is answered. */
export function planOf(plan: HeldPlan) {
  return { ...plan, gates: [...plan.gates], counts: { ...plan.counts } }
}

function rowOf(row: HeldRow, has_thumbnail: boolean) {
  return {
    key: row.key,
    asset_id: row.assetId,
    rule: row.rule,
    library: row.settlement.library.kind,
    store: row.settlement.store.kind,
    base_version: row.baseVersion,
    store_version: row.storeVersion,
    library_revision: row.libraryRevision,
    size: row.size,
    has_thumbnail,
  }
}
