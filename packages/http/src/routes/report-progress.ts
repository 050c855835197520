import { createRoute, z } from '@hono/zod-openapi'
import type { ProgressPatch } from '@syncwatch/status-manager'
import type { ApiContext } from '../api-context.ts'
import type { ApiApp } from '../api-environment.ts'
import { idempotencyHeader } from '../idempotency/idempotency-header.ts'
import { jsonAnswer, jsonRequest, refusals } from '../openapi/responses.ts'
import { refuseInvalid } from '../problems/refuse-invalid.ts'
import { operationSchema } from '../schemas/operation.ts'
import { bytesField, countField, textField } from '../schemas/text-field.ts'
import { operationAddress } from './operation-address.ts'

const bodySchema = z
  .strictObject({
    progress: z
      .number()
      .min(0)
      .max(100)
      .nullish()
      .openapi({ description: 'Percent. It wins over the counts; without it the counts give the percent.' }),
    processed_items: countField.nullish(),
    failed_items: countField.nullish(),
    total_items: countField.nullish(),
    processed_bytes: bytesField.nullish(),
    total_bytes: bytesField.nullish(),
    phase: textField(100).nullish(),
    message: textField(2000).nullish(),
  })
  .openapi('Progress')

const route = createRoute({
  method: 'post',
  path: '/operations/{id}/progress',
  operationId: 'reportProgress',
  summary: 'Report how far an operation is',
  description: 'An absent field stays as it is. The first report starts a pending operation.',
  tags: ['operations'],
  request: { params: operationAddress, headers: idempotencyHeader, body: jsonRequest(bodySchema, true) },
  responses: { 200: jsonAnswer(operationSchema, 'The operation after the commit.'), ...refusals },
})

const refuse = refuseInvalid({
  progress: 'invalid_progress',
  processed_items: 'invalid_progress',
  failed_items: 'invalid_progress',
  total_items: 'invalid_progress',
  processed_bytes: 'invalid_progress',
  total_bytes: 'invalid_progress',
})

export function reportProgress(app: ApiApp, { status }: ApiContext): void {
  app.openapi(
    route,
    async (c) => {
      const { id } = c.req.valid('param')
      await status.updateProgress(id, patchOf(c.req.valid('json')), { durability: 'await' })
      return c.json(await status.getOperation(id), 200)
    },
    refuse,
  )
}

function patchOf(body: z.infer<typeof bodySchema>): ProgressPatch {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null && value !== undefined))
}
