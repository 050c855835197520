export { createWebhooks, type Webhooks, type WebhooksOptions } from './create-webhooks.ts'
export { DELIVERY_STATES, type DeliveryState, type WebhookDelivery } from './deliveries/delivery-row.ts'
export {
  type DeliveryQuery,
  WebhookDeliveries,
  type WebhookDeliveriesOptions,
  type WebhookHealth,
} from './deliveries/webhook-deliveries.ts'
export { WebhookDispatcher, type WebhookDispatcherOptions } from './dispatch/webhook-dispatcher.ts'
export type { WebhookEndpoint, WebhookSecretShown } from './endpoints/endpoint-row.ts'
export {
  type AddWebhook,
  addWebhookSchema,
  type EditWebhook,
  editWebhookSchema,
} from './endpoints/endpoint-schema.ts'
export { WebhookEndpoints, type WebhookEndpointsOptions } from './endpoints/webhook-endpoints.ts'
export { TEST_EVENT, WEBHOOK_EVENTS, type WebhookEvent, type WebhookEventType } from './events/webhook-event.ts'
export { AddressPolicy } from './network/address-policy.ts'
export { isAddressRange } from './network/address-ranges.ts'
export { checkTarget, type Resolve, type ResolvedAddress } from './network/checked-target.ts'
export { HttpSender, type HttpSenderOptions } from './network/http-sender.ts'
export type { WebhookAnswer, WebhookRequest, WebhookSender } from './network/webhook-sender.ts'
