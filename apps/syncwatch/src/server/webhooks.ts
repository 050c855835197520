import type { Clock } from '@syncwatch/core'
import type { SyncStatusManager } from '@syncwatch/status-manager'
import { createWebhooks, type Webhooks } from '@syncwatch/webhooks'
import type pg from 'pg'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { version } from '../version.ts'
import type { StopList } from './stop-list.ts'

export interface WebhookParts {
  readonly config: Config
  readonly status: SyncStatusManager
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Logger
  readonly stops: StopList
}

/** Begins to send what waits in the outbox, and tells the health how that goes. */
export function startWebhooks({ config, status, pool, clock, log, stops }: WebhookParts): Webhooks {
  const webhooks = createWebhooks({
    pool,
    schema: config.schema,
    clock,
    allow: config.webhookAllow,
    userAgent: `Syncwatch-Webhooks/${version}`,
    onError: (error) => log.warn({ err: error }, 'webhooks could not be looked after; it is tried again'),
  })
  status.addHealthProbe(async () => {
    const { lagMs, dead } = await webhooks.deliveries.health()
    return { webhookLagMs: lagMs, undeliveredWebhooks: dead }
  })
  webhooks.dispatcher.start()
  stops.add('webhooks', () => webhooks.dispatcher.stop())
  return webhooks
}
