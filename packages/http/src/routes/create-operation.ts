import { createRoute, z } from '@hono/zod-openapi'
import { createOperationSchema, type Principal } from '@syncwatch/core'
import type { CreateOperation } from '@syncwatch/status-manager'
import type { ApiContext } from '../api-context.ts'
import type { ApiApp } from '../api-environment.ts'
import { idempotencyHeader } from '../idempotency/idempotency-header.ts'
import { jsonAnswer, jsonRequest, refusals } from '../openapi/responses.ts'
import { acceptNulls, withoutNulls } from '../schemas/accept-nulls.ts'
import { operationSchema } from '../schemas/operation.ts'

const bodySchema = acceptNulls(createOperationSchema).openapi('CreateOperation')

const route = createRoute({
  method: 'post',
  path: '/operations',
  operationId: 'createOperation',
  summary: 'Begin an operation',
  tags: ['operations'],
  request: { headers: idempotencyHeader, body: jsonRequest(bodySchema, true) },
  responses: {
    201: {
      ...jsonAnswer(operationSchema, 'The operation, committed.'),
      headers: z.object({ Location: z.string().openapi({ description: 'The address of the operation.' }) }),
    },
    ...refusals,
  },
})

export function createOperation(app: ApiApp, { status }: ApiContext): void {
  app.openapi(route, async (c) => {
    const id = await status.createSyncOperation(inputOf(c.req.valid('json'), c.get('principal')))
    return c.json(await status.getOperation(id), 201, { Location: `${c.req.path.replace(/\/$/, '')}/${id}` })
  })
}

function inputOf(body: z.infer<typeof bodySchema>, principal: Principal): CreateOperation {
  return { triggered_by: principal.name, source: 'api', ...(withoutNulls(body) as CreateOperation) }
}
