import { createRoute, z } from '@hono/zod-openapi'
import {
  type ApiApp,
  choiceParameter,
  idempotencyHeader,
  jsonAnswer,
  pageQuery,
  pageSchema,
  refusals,
  requireRole,
} from '@syncwatch/http'
import { DELIVERY_STATES, type Webhooks } from '@syncwatch/webhooks'
import { deliverySchema, webhookAddress } from './webhook-schema.ts'

const common = { tags: ['webhooks'], middleware: requireRole('admin') }

const listRoute = createRoute({
  ...common,
  method: 'get',
  path: '/webhook-deliveries',
  operationId: 'listWebhookDeliveries',
  summary: 'What was sent and what waits, latest first (administrators only)',
  request: {
    query: z.strictObject({
      webhook_id: z
        .preprocess((value) => (value === '' ? undefined : value), z.uuid().optional())
        .openapi({ type: 'string', format: 'uuid', description: 'Only what is for this webhook.' }),
      state: choiceParameter(DELIVERY_STATES, 'Only deliveries in this state.'),
      ...pageQuery,
    }),
  },
  responses: {
    200: jsonAnswer(pageSchema(deliverySchema).openapi('WebhookDeliveryPage'), 'A page of deliveries.'),
    ...refusals,
  },
})

const replayRoute = createRoute({
  ...common,
  method: 'post',
  path: '/webhook-deliveries/{id}/replay',
  operationId: 'replayWebhookDelivery',
  summary: 'Send one again, as the same message, at once and with every attempt (administrators only)',
  request: {
    params: z.object({ id: z.string().min(1).max(100).openapi({ description: 'The id of the delivery.' }) }),
    headers: idempotencyHeader,
  },
  responses: { 202: jsonAnswer(deliverySchema, 'The delivery, which waits again.'), ...refusals },
})

const testRoute = createRoute({
  ...common,
  method: 'post',
  path: '/webhooks/{id}/test',
  operationId: 'testWebhook',
  summary: 'Send it a webhook.test (administrators only)',
  request: { params: webhookAddress, headers: idempotencyHeader },
  responses: {
    202: jsonAnswer(deliverySchema, 'The delivery; ask for it again to see what became of it.'),
    ...refusals,
  },
})

export function webhookDeliveries(app: ApiApp, { deliveries }: Webhooks): void {
  app.openapi(listRoute, async (c) => {
    const { limit, cursor, state, webhook_id } = c.req.valid('query')
    const page = await deliveries.list({
      limit,
      ...(cursor && { cursor }),
      ...(state && { state }),
      ...(webhook_id && { endpointId: webhook_id }),
    })
    return c.json(page, 200)
  })
  app.openapi(replayRoute, async (c) => c.json(await deliveries.replay(c.req.valid('param').id), 202))
  app.openapi(testRoute, async (c) => c.json(await deliveries.sendTest(c.req.valid('param').id), 202))
}
