import type { ApiApp } from '@syncwatch/http'
import type { Webhooks } from '@syncwatch/webhooks'
import { webhookDeliveries } from './webhook-deliveries.ts'
import { webhookEndpoints } from './webhook-endpoints.ts'

/** Adds the routes of webhooks that go out to the API. */
export function addWebhookRoutes(app: ApiApp, webhooks: Webhooks): void {
  webhookEndpoints(app, webhooks)
  webhookDeliveries(app, webhooks)
}
