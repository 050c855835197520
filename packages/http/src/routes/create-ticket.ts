import { createRoute, z } from '@hono/zod-openapi'
import { SyncwatchError } from '@syncwatch/core'
import type { ApiContext } from '../api-context.ts'
import type { ApiApp } from '../api-environment.ts'
import { jsonAnswer, refusals } from '../openapi/responses.ts'

const ticketSchema = z.object({ ticket: z.string(), expires_at: z.iso.datetime() }).openapi('RealtimeTicket')

const route = createRoute({
  method: 'post',
  path: '/realtime/ticket',
  operationId: 'createRealtimeTicket',
  summary: 'A ticket for one attempt to connect',
  description: 'Good for about 30 seconds and for one connection. It carries the role of who asked.',
  tags: ['realtime'],
  responses: { 201: jsonAnswer(ticketSchema, 'The ticket.'), ...refusals },
})

export function createTicket(app: ApiApp, { issueTicket }: ApiContext): void {
  app.openapi(route, async (c) => {
    if (issueTicket === null) throw new SyncwatchError('not_found', 'Realtime connections are not set up here.')
    return c.json(await issueTicket(c.get('principal')), 201, { 'Cache-Control': 'no-store' })
  })
}
