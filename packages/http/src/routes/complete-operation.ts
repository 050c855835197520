import { createRoute } from '@hono/zod-openapi'
import { completeOperationSchema } from '@syncwatch/core'
import type { ApiContext } from '../api-context.ts'
import type { ApiApp } from '../api-environment.ts'
import { idempotencyHeader } from '../idempotency/idempotency-header.ts'
import { jsonAnswer, jsonRequest, refusals } from '../openapi/responses.ts'
import { acceptNulls, withoutNulls } from '../schemas/accept-nulls.ts'
import { operationSchema } from '../schemas/operation.ts'
import { operationAddress } from './operation-address.ts'

const bodySchema = acceptNulls(completeOperationSchema).openapi('CompleteOperation')

const route = createRoute({
  method: 'post',
  path: '/operations/{id}/complete',
  operationId: 'completeOperation',
  summary: 'End an operation',
  tags: ['operations'],
  request: { params: operationAddress, headers: idempotencyHeader, body: jsonRequest(bodySchema, true) },
  responses: { 200: jsonAnswer(operationSchema, 'The operation, ended for good.'), ...refusals },
})

export function completeOperation(app: ApiApp, { status }: ApiContext): void {
  app.openapi(route, async (c) => {
    const { status: end, error_details, message, ...figures } = withoutNulls(c.req.valid('json'))
    const { id } = c.req.valid('param')
    return c.json(await status.completeSyncOperation(id, end, error_details, message, figures), 200)
  })
}
