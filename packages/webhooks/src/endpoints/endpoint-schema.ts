import { optionalText } from '@syncwatch/core'
import { z } from 'zod'
import { WEBHOOK_EVENTS } from '../events/webhook-event.ts'

const url = optionalText(2048).trim().min(1, 'must not be empty')
const events = z
  .array(z.enum(WEBHOOK_EVENTS))
  .min(1, 'must name one at least')
  .max(WEBHOOK_EVENTS.length)
  .refine((names) => new Set(names).size === names.length, 'names one twice')
const description = optionalText(500)

/** Where to send what. */
export const addWebhookSchema = z.strictObject({
  url,
  /** All unless given. */
  events: events.optional(),
  description: description.optional(),
})
export type AddWebhook = z.infer<typeof addWebhookSchema>

/** A field that is left out stays as it is. */
export const editWebhookSchema = z.strictObject({
  url: url.optional(),
  events: events.optional(),
  description: description.optional(),
  /** Switching on takes back that the receiver was gone. What waits is sent then. */
  enabled: z.boolean().optional(),
})
export type EditWebhook = z.infer<typeof editWebhookSchema>
