import { createRoute, z } from '@hono/zod-openapi'
import { SNAPSHOT_TYPES } from '@syncwatch/status-manager'
import type { ApiContext } from '../api-context.ts'
import type { ApiApp } from '../api-environment.ts'
import { idempotencyHeader } from '../idempotency/idempotency-header.ts'
import { jsonAnswer, jsonRequest, refusals } from '../openapi/responses.ts'
import { snapshotSchema } from '../schemas/snapshot.ts'

const bodySchema = z.strictObject({ type: z.enum(SNAPSHOT_TYPES).default('manual') }).openapi('CreateSnapshot')

const route = createRoute({
  method: 'post',
  path: '/snapshots',
  operationId: 'createSnapshot',
  summary: 'Record the state of the system now',
  tags: ['status'],
  request: { headers: idempotencyHeader, body: jsonRequest(bodySchema, false) },
  responses: { 201: jsonAnswer(snapshotSchema, 'The snapshot, committed.'), ...refusals },
})

export function createSnapshot(app: ApiApp, { status }: ApiContext): void {
  app.openapi(route, async (c) => c.json(await status.createSnapshot(c.req.valid('json').type ?? 'manual'), 201))
}
