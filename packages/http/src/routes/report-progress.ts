import { createRoute } from '@hono/zod-openapi'
import { type ProgressPatch, progressPatchSchema } from '@syncwatch/core'
import type { ApiContext } from '../api-context.ts'
import type { ApiApp } from '../api-environment.ts'
import { idempotencyHeader } from '../idempotency/idempotency-header.ts'
import { jsonAnswer, jsonRequest, refusals } from '../openapi/responses.ts'
import { refuseInvalid } from '../problems/refuse-invalid.ts'
import { acceptNulls, withoutNulls } from '../schemas/accept-nulls.ts'
import { operationSchema } from '../schemas/operation.ts'
import { operationAddress } from './operation-address.ts'

const bodySchema = acceptNulls(progressPatchSchema).openapi('Progress')

const route = createRoute({
  method: 'post',
  path: '/operations/{id}/progress',
  operationId: 'reportProgress',
  summary: 'Report how far an operation is',
  description:
    'An absent field stays as it is; an explicit percent wins over the counts. The first report starts a pending operation.',
  tags: ['operations'],
  request: { params: operationAddress, headers: idempotencyHeader, body: jsonRequest(bodySchema, true) },
  responses: { 200: jsonAnswer(operationSchema, 'The operation after the commit.'), ...refusals },
})

const refuse = refuseInvalid('invalid_progress')

export function reportProgress(app: ApiApp, { status }: ApiContext): void {
  app.openapi(
    route,
    async (c) => {
      const { id } = c.req.valid('param')
      await status.updateProgress(id, withoutNulls(c.req.valid('json')) as ProgressPatch, { durability: 'await' })
      return c.json(await status.getOperation(id), 200)
    },
    refuse,
  )
}
