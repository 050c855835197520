import { createRoute } from '@hono/zod-openapi'
import { acknowledgeHealthSchema } from '@syncwatch/core'
import type { ApiContext } from '../api-context.ts'
import type { ApiApp } from '../api-environment.ts'
import { idempotencyHeader } from '../idempotency/idempotency-header.ts'
import { jsonAnswer, jsonRequest, refusals } from '../openapi/responses.ts'
import { healthSchema } from '../schemas/health.ts'

const route = createRoute({
  method: 'post',
  path: '/health/acknowledgements',
  operationId: 'acknowledgeHealth',
  summary: 'Accept a reason of the health, with a note, until a time at most 30 days ahead',
  tags: ['status'],
  request: { headers: idempotencyHeader, body: jsonRequest(acknowledgeHealthSchema, true) },
  responses: { 201: jsonAnswer(healthSchema, 'The health, judged anew.'), ...refusals },
})

export function acknowledgeHealth(app: ApiApp, { status }: ApiContext): void {
  app.openapi(route, async (c) =>
    c.json(await status.acknowledgeHealth(c.req.valid('json'), c.get('principal').name), 201),
  )
}
