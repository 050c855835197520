import { z } from '@hono/zod-openapi'
import { DELIVERY_STATES, TEST_EVENT, WEBHOOK_EVENTS } from '@syncwatch/webhooks'

export const webhookAddress = z.object({
  id: z.string().min(1).max(100).openapi({ description: 'The id of the webhook.' }),
})

export const webhookSchema = z
  .object({
    id: z.uuid(),
    url: z.string(),
    description: z.string(),
    events: z.array(z.enum(WEBHOOK_EVENTS)),
    enabled: z.boolean(),
    disabled_reason: z.string().nullable().openapi({
      description: '`gone`: the receiver answered 410. Null where a person switched it off.',
    }),
    secrets: z
      .array(z.object({ hint: z.string(), created_at: z.string(), expires_at: z.string().nullable() }))
      .openapi({ description: 'What signs, masked, the newest first.' }),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .openapi('Webhook')

export const webhookSecretSchema = z
  .object({
    endpoint: webhookSchema,
    secret: z.string().openapi({ description: 'Shown this once.', example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }),
  })
  .openapi('WebhookSecret')

export const deliverySchema = z
  .object({
    id: z.uuid(),
    message_id: z.string().openapi({ description: 'The header `webhook-id`.' }),
    endpoint_id: z.uuid(),
    event_type: z.enum([...WEBHOOK_EVENTS, TEST_EVENT]),
    payload: z.string().openapi({ description: 'The body as it is sent.' }),
    state: z.enum(DELIVERY_STATES),
    attempts: z.int(),
    next_attempt_at: z.string().nullable(),
    last_attempt_at: z.string().nullable(),
    last_status: z.int().nullable().openapi({ description: 'Null where no answer came.' }),
    last_error: z.string().nullable(),
    ended_at: z.string().nullable(),
    created_at: z.string(),
  })
  .openapi('WebhookDelivery')
