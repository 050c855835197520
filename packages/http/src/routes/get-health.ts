import { createRoute, z } from '@hono/zod-openapi'
import type { ApiContext } from '../api-context.ts'
import type { ApiApp } from '../api-environment.ts'
import { jsonAnswer, refusals } from '../openapi/responses.ts'
import { healthSchema } from '../schemas/health.ts'

const route = createRoute({
  method: 'get',
  path: '/health',
  operationId: 'getHealth',
  summary: 'How the system is, and why',
  tags: ['status'],
  request: { query: z.strictObject({}) },
  responses: { 200: jsonAnswer(healthSchema, 'The health with its reasons.'), ...refusals },
})

export function getHealth(app: ApiApp, { status }: ApiContext): void {
  app.openapi(route, async (c) => c.json(await status.getHealth(), 200))
}
