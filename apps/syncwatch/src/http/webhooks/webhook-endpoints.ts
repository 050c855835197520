import { createRoute, z } from '@hono/zod-openapi'
import {
  type ApiApp,
  idempotencyHeader,
  jsonAnswer,
  jsonRequest,
  pageQuery,
  pageSchema,
  refusals,
  requireRole,
} from '@syncwatch/http'
import { type AddWebhook, addWebhookSchema, editWebhookSchema, type Webhooks } from '@syncwatch/webhooks'
import { webhookAddress, webhookSchema, webhookSecretSchema } from './webhook-schema.ts'

const common = { tags: ['webhooks'], middleware: requireRole('admin') }

const listRoute = createRoute({
  ...common,
  method: 'get',
  path: '/webhooks',
  operationId: 'listWebhooks',
  summary: 'Who is told of what (administrators only)',
  description: 'There are at most 100, so one page holds them all.',
  request: { query: z.strictObject(pageQuery) },
  responses: { 200: jsonAnswer(pageSchema(webhookSchema).openapi('WebhookPage'), 'All of them.'), ...refusals },
})

const addRoute = createRoute({
  ...common,
  method: 'post',
  path: '/webhooks',
  operationId: 'addWebhook',
  summary: 'Tell somebody, from now on (administrators only)',
  description: 'The answer has the secret that signs, which is never shown again.',
  request: { headers: idempotencyHeader, body: jsonRequest(addWebhookSchema, true) },
  responses: {
    201: {
      ...jsonAnswer(webhookSecretSchema, 'The webhook and its secret.'),
      headers: z.object({ Location: z.string().openapi({ description: 'The address of the webhook.' }) }),
    },
    ...refusals,
  },
})

const getRoute = createRoute({
  ...common,
  method: 'get',
  path: '/webhooks/{id}',
  operationId: 'getWebhook',
  summary: 'One webhook (administrators only)',
  request: { params: webhookAddress },
  responses: { 200: jsonAnswer(webhookSchema, 'The webhook.'), ...refusals },
})

const editRoute = createRoute({
  ...common,
  method: 'patch',
  path: '/webhooks/{id}',
  operationId: 'editWebhook',
  summary: 'Change where it goes, what it is told, or switch it off and on (administrators only)',
  request: { params: webhookAddress, body: jsonRequest(editWebhookSchema, true) },
  responses: { 200: jsonAnswer(webhookSchema, 'The webhook after the commit.'), ...refusals },
})

const removeRoute = createRoute({
  ...common,
  method: 'delete',
  path: '/webhooks/{id}',
  operationId: 'removeWebhook',
  summary: 'Tell it nothing any more; what waits for it goes too (administrators only)',
  request: { params: webhookAddress },
  responses: { 204: { description: 'Removed.' }, ...refusals },
})

const rotateRoute = createRoute({
  ...common,
  method: 'post',
  path: '/webhooks/{id}/rotate-secret',
  operationId: 'rotateWebhookSecret',
  summary: 'Make a new secret; the one before signs beside it for a day (administrators only)',
  request: { params: webhookAddress, headers: idempotencyHeader },
  responses: { 200: jsonAnswer(webhookSecretSchema, 'The webhook and its new secret.'), ...refusals },
})

export function webhookEndpoints(app: ApiApp, { endpoints }: Webhooks): void {
  app.openapi(listRoute, async (c) => c.json({ items: await endpoints.list(), next_cursor: null }, 200))
  app.openapi(addRoute, async (c) => {
    const made = await endpoints.add(c.req.valid('json') as AddWebhook)
    return c.json(made, 201, { Location: `${c.req.path.replace(/\/$/, '')}/${made.endpoint.id}` })
  })
  app.openapi(getRoute, async (c) => c.json(await endpoints.get(c.req.valid('param').id), 200))
  app.openapi(editRoute, async (c) => c.json(await endpoints.edit(c.req.valid('param').id, c.req.valid('json')), 200))
  app.openapi(removeRoute, async (c) => {
    await endpoints.remove(c.req.valid('param').id)
    return c.body(null, 204)
  })
  app.openapi(rotateRoute, async (c) => c.json(await endpoints.rotateSecret(c.req.valid('param').id), 200))
}
