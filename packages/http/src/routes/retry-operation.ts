import { createRoute, z } from '@hono/zod-openapi'
import { OPERATION_SOURCES } from '@syncwatch/core'
import type { ApiContext } from '../api-context.ts'
import type { ApiApp } from '../api-environment.ts'
import { idempotencyHeader } from '../idempotency/idempotency-header.ts'
import { jsonAnswer, jsonRequest, refusals } from '../openapi/responses.ts'
import { operationSchema } from '../schemas/operation.ts'
import { operationAddress } from './operation-address.ts'

const bodySchema = z
  .strictObject({ triggered_by: z.string().min(1).max(200).optional(), source: z.enum(OPERATION_SOURCES).optional() })
  .openapi('RetryOperation')

const route = createRoute({
  method: 'post',
  path: '/operations/{id}/retry',
  operationId: 'retryOperation',
  summary: 'Begin a failed or cancelled operation anew',
  description: 'The answer is a new operation whose `retry_of` is the old one; what has ended stays as it ended.',
  tags: ['operations'],
  request: { params: operationAddress, headers: idempotencyHeader, body: jsonRequest(bodySchema, false) },
  responses: {
    201: {
      ...jsonAnswer(operationSchema, 'The new operation, committed.'),
      headers: z.object({ Location: z.string().openapi({ description: 'The address of the new operation.' }) }),
    },
    ...refusals,
  },
})

export function retryOperation(app: ApiApp, context: ApiContext): void {
  app.openapi(route, async (c) => {
    const body = c.req.valid('json')
    const by = { triggered_by: body.triggered_by ?? c.get('principal').name, source: body.source ?? ('api' as const) }
    const row = await context.retryOperation(c.req.valid('param').id, by)
    return c.json(row, 201, { Location: c.req.path.replace(/[^/]+\/retry\/?$/, row.id) })
  })
}
