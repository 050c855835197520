import { createRoute, z } from '@hono/zod-openapi'
import { OPERATION_SOURCES, OPERATION_TYPES, type StoreId } from '@syncwatch/core'
import type { CreateOperation } from '@syncwatch/status-manager'
import type { Principal } from '../access/principal.ts'
import type { ApiContext } from '../api-context.ts'
import type { ApiApp } from '../api-environment.ts'
import { idempotencyHeader } from '../idempotency/idempotency-header.ts'
import { jsonAnswer, jsonRequest, refusals } from '../openapi/responses.ts'
import { operationSchema } from '../schemas/operation.ts'
import { bytesField, countField, dataField, textField } from '../schemas/text-field.ts'

const bodySchema = z
  .strictObject({
    operation_type: z.enum(OPERATION_TYPES),
    operation_key: textField(200).optional().openapi({ description: 'A name of your own for it, unique.' }),
    total_items: countField.optional(),
    total_bytes: bytesField.optional(),
    triggered_by: textField(200).optional(),
    source: z.enum(OPERATION_SOURCES).optional().openapi({ description: '`api` where it is not given.' }),
    store_id: z.uuid().optional(),
    operation_data: dataField.optional(),
    message: textField(2000).optional(),
  })
  .openapi('CreateOperation')

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
  const { store_id, ...rest } = body
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  return {
    triggered_by: principal.name,
    source: 'api',
    ...(given as Omit<CreateOperation, 'store_id'>),
    ...(store_id !== undefined && { store_id: store_id as StoreId }),
  }
}
