import { createRoute, z } from '@hono/zod-openapi'
import type { ApiContext } from '../api-context.ts'
import type { ApiApp } from '../api-environment.ts'
import { jsonAnswer, refusals } from '../openapi/responses.ts'
import { eventSchema } from '../schemas/event.ts'
import { pageSchema } from '../schemas/page.ts'
import { pageQuery } from '../schemas/query-fields.ts'
import { operationAddress } from './operation-address.ts'

const route = createRoute({
  method: 'get',
  path: '/operations/{id}/events',
  operationId: 'listOperationEvents',
  summary: 'The timeline of an operation',
  tags: ['operations'],
  request: { params: operationAddress, query: z.strictObject(pageQuery) },
  responses: { 200: jsonAnswer(pageSchema(eventSchema).openapi('EventPage'), 'A page of events.'), ...refusals },
})

export function listOperationEvents(app: ApiApp, { status }: ApiContext): void {
  app.openapi(route, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    return c.json(await status.listEvents(c.req.valid('param').id, { limit, ...(cursor && { cursor }) }), 200)
  })
}
