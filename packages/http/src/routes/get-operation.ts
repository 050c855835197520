import { createRoute } from '@hono/zod-openapi'
import type { ApiContext } from '../api-context.ts'
import type { ApiApp } from '../api-environment.ts'
import { jsonAnswer, refusals } from '../openapi/responses.ts'
import { operationSchema } from '../schemas/operation.ts'
import { operationAddress } from './operation-address.ts'

const route = createRoute({
  method: 'get',
  path: '/operations/{id}',
  operationId: 'getOperation',
  summary: 'One operation',
  tags: ['operations'],
  request: { params: operationAddress },
  responses: { 200: jsonAnswer(operationSchema, 'The operation.'), ...refusals },
})

export function getOperation(app: ApiApp, { status }: ApiContext): void {
  app.openapi(route, async (c) => c.json(await status.getOperation(c.req.valid('param').id), 200))
}
