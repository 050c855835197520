import { createRoute } from '@hono/zod-openapi'
import type { ApiContext } from '../api-context.ts'
import type { ApiApp } from '../api-environment.ts'
import { idempotencyHeader } from '../idempotency/idempotency-header.ts'
import { jsonAnswer, refusals } from '../openapi/responses.ts'
import { operationSchema } from '../schemas/operation.ts'
import { operationAddress } from './operation-address.ts'

const route = createRoute({
  method: 'post',
  path: '/operations/{id}/cancel',
  operationId: 'cancelOperation',
  summary: 'Cancel an operation',
  description: 'One that a worker holds is asked to stop (`cancel_requested_at`) and ends as soon as the worker has.',
  tags: ['operations'],
  request: { params: operationAddress, headers: idempotencyHeader },
  responses: { 200: jsonAnswer(operationSchema, 'The operation.'), ...refusals },
})

export function cancelOperation(app: ApiApp, { status }: ApiContext): void {
  app.openapi(route, async (c) => c.json(await status.cancelSyncOperation(c.req.valid('param').id), 200))
}
