import { createRoute, z } from '@hono/zod-openapi'
import { requireRole } from '../access/check-access.ts'
import type { ApiContext } from '../api-context.ts'
import type { ApiApp } from '../api-environment.ts'
import { jsonAnswer, refusals } from '../openapi/responses.ts'
import { connectionSchema } from '../schemas/connection.ts'
import { pageSchema } from '../schemas/page.ts'
import { pageQuery } from '../schemas/query-fields.ts'

const route = createRoute({
  method: 'get',
  path: '/connections',
  operationId: 'listConnections',
  summary: 'Clients that follow live (administrators only)',
  tags: ['status'],
  middleware: requireRole('admin'),
  request: { query: z.strictObject(pageQuery) },
  responses: {
    200: jsonAnswer(pageSchema(connectionSchema).openapi('ConnectionPage'), 'A page of connections.'),
    ...refusals,
  },
})

export function listConnections(app: ApiApp, { status }: ApiContext): void {
  app.openapi(route, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    return c.json(await status.listConnections({ limit, ...(cursor && { cursor }) }), 200)
  })
}
