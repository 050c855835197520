import { Webhook } from 'standardwebhooks'

/** What is signed: one attempt to deliver a message. */
export interface SignedAttempt {
  readonly messageId: string
  /** Epoch milliseconds; sent in seconds. */
  readonly at: number
  readonly payload: string
  /** `whsec_…`, the newest first. One signature each. */
  readonly secrets: readonly string[]
}

/** The three headers of Standard Webhooks. */
export function signMessage({ messageId, at, payload, secrets }: SignedAttempt): Record<string, string> {
  const time = new Date(at)
  return {
    'webhook-id': messageId,
    'webhook-timestamp': String(Math.floor(at / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(messageId, time, payload)).join(' '),
  }
}
