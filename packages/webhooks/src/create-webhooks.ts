import { type Clock, isSyncwatchError } from '@syncwatch/core'
import type pg from 'pg'
import { WebhookDeliveries } from './deliveries/webhook-deliveries.ts'
import { WebhookDispatcher } from './dispatch/webhook-dispatcher.ts'
import { WebhookEndpoints } from './endpoints/webhook-endpoints.ts'
import { AddressPolicy } from './network/address-policy.ts'
import { checkTarget, type Resolve } from './network/checked-target.ts'
import { HttpSender, resolveByDns } from './network/http-sender.ts'

export interface WebhooksOptions {
  readonly pool: pg.Pool
  /** The schema of the status tables; `public` unless given. */
  readonly schema?: string
  readonly clock: Clock
  /** Addresses and ranges that are not public and may be sent to, also without TLS. Throws `TypeError` for others. */
  readonly allow?: readonly string[]
  readonly userAgent?: string
  /** By DNS unless given. */
  readonly resolve?: Resolve
  readonly onError?: (error: unknown) => void
}

/** Everything about webhooks that go out, on one pool. */
export interface Webhooks {
  readonly endpoints: WebhookEndpoints
  readonly deliveries: WebhookDeliveries
  readonly dispatcher: WebhookDispatcher
}

/** Puts them together. Nothing is sent before `dispatcher.start()`. */
export function createWebhooks(options: WebhooksOptions): Webhooks {
  const { allow, resolve = resolveByDns, onError, userAgent, ...common } = options
  const policy = new AddressPolicy(allow)
  const dispatcher = new WebhookDispatcher({
    ...common,
    sender: new HttpSender({ policy, clock: common.clock, resolve }),
    ...(userAgent !== undefined && { userAgent }),
    ...(onError !== undefined && { onError }),
  })
  return {
    endpoints: new WebhookEndpoints({ ...common, checkAddress: (url) => refuseAddress(url, policy, resolve) }),
    deliveries: new WebhookDeliveries({ ...common, onDue: () => dispatcher.kick() }),
    dispatcher,
  }
}

/** A name that nobody knows now may be known when something is sent; what it leads to then is judged again anyway. */
async function refuseAddress(url: string, policy: AddressPolicy, resolve: Resolve): Promise<void> {
  try {
    await checkTarget(url, policy, resolve)
  } catch (error) {
    if (isSyncwatchError(error)) throw error
  }
}
