import { createRoute, z } from '@hono/zod-openapi'
import { OPERATION_STATUSES, OPERATION_TYPES, type StoreId } from '@syncwatch/core'
import type { OperationQuery } from '@syncwatch/status-manager'
import type { ApiContext } from '../api-context.ts'
import type { ApiApp } from '../api-environment.ts'
import { jsonAnswer, refusals } from '../openapi/responses.ts'
import { operationSchema } from '../schemas/operation.ts'
import { pageSchema } from '../schemas/page.ts'
import { idListParameter, listParameter, pageQuery } from '../schemas/query-fields.ts'

const querySchema = z.strictObject({
  status: listParameter(OPERATION_STATUSES, 'Only operations in these states.'),
  type: listParameter(OPERATION_TYPES, 'Only operations of these types.'),
  store_id: idListParameter('Only operations on these stores.'),
  ...pageQuery,
})

const route = createRoute({
  method: 'get',
  path: '/operations',
  operationId: 'listOperations',
  summary: 'Operations, latest first',
  tags: ['operations'],
  request: { query: querySchema },
  responses: {
    200: jsonAnswer(pageSchema(operationSchema).openapi('OperationPage'), 'A page of operations.'),
    ...refusals,
  },
})

export function listOperations(app: ApiApp, { status }: ApiContext): void {
  app.openapi(route, async (c) => c.json(await status.listOperations(queryOf(c.req.valid('query'))), 200))
}

function queryOf(given: z.infer<typeof querySchema>): OperationQuery {
  return {
    limit: given.limit,
    ...(given.status && { status: given.status }),
    ...(given.type && { operation_type: given.type }),
    ...(given.store_id && { store_id: given.store_id as StoreId[] }),
    ...(given.cursor && { cursor: given.cursor }),
  }
}
