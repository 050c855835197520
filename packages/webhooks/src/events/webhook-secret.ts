import { randomBytes } from 'node:crypto'

const BYTES = 24

/** A new secret: 192 random bits as Standard Webhooks writes them. */
export function makeSecret(): string {
  return `whsec_${randomBytes(BYTES).toString('base64')}`
}

/** What may be shown of a secret afterwards: enough to tell which of two it is. */
export function maskSecret(secret: string): string {
  return `whsec_…${secret.slice(-4)}`
}
