import { createRoute, z } from '@hono/zod-openapi'
import { type ApiApp, jsonAnswer, jsonRequest, refusals, requireRole, storeSchema } from '@syncwatch/http'
import { editStoreSchema } from '@syncwatch/sync'
import type { MediaService } from '../media-service.ts'
import { storeAddress } from './store-address.ts'

const editRoute = createRoute({
  method: 'patch',
  path: '/stores/{id}',
  operationId: 'editStore',
  summary: 'Change how a store is called, decided about and scheduled, from its next run on (administrators only)',
  tags: ['stores'],
  middleware: requireRole('admin'),
  request: { params: storeAddress, body: jsonRequest(editStoreSchema, true) },
  responses: { 200: jsonAnswer(storeSchema, 'The store after the commit.'), ...refusals },
})

const scheduleSchema = z
  .strictObject({
    schedule: z.string().max(200).nullable().openapi({
      description: 'Five cron fields in UTC, minute hour day month weekday; null for by hand.',
      example: '*/15 * * * *',
    }),
  })
  .openapi('StoreSchedule')

const scheduleRoute = createRoute({
  method: 'put',
  path: '/stores/{id}/schedule',
  operationId: 'scheduleStore',
  summary: 'Say when a store is synced by itself',
  tags: ['stores'],
  request: { params: storeAddress, body: jsonRequest(scheduleSchema, true) },
  responses: { 200: jsonAnswer(storeSchema, 'The store, with its `next_run_at`.'), ...refusals },
})

export function editStore(app: ApiApp, media: MediaService): void {
  app.openapi(editRoute, async (c) => c.json(await media.editStore(c.req.valid('param').id, c.req.valid('json')), 200))
  app.openapi(scheduleRoute, async (c) =>
    c.json(await media.editStore(c.req.valid('param').id, c.req.valid('json')), 200),
  )
}
