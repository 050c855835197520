import { createRoute, z } from '@hono/zod-openapi'
import { ENDED_STATUSES } from '@syncwatch/core'
import type { ApiContext } from '../api-context.ts'
import type { ApiApp } from '../api-environment.ts'
import { idempotencyHeader } from '../idempotency/idempotency-header.ts'
import { jsonAnswer, jsonRequest, refusals } from '../openapi/responses.ts'
import { operationSchema } from '../schemas/operation.ts'
import { dataField, textField } from '../schemas/text-field.ts'
import { operationAddress } from './operation-address.ts'

const bodySchema = z
  .strictObject({
    status: z.enum(ENDED_STATUSES),
    error_details: dataField.nullish(),
    message: textField(2000).nullish(),
  })
  .openapi('CompleteOperation')

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
    const body = c.req.valid('json')
    const details = body.error_details ?? undefined
    const message = body.message ?? undefined
    return c.json(await status.completeSyncOperation(c.req.valid('param').id, body.status, details, message), 200)
  })
}
