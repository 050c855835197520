import type { WebhookAnswer } from '../network/webhook-sender.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** How long before each attempt, counted from the end of the one before it; milliseconds. After the last one it is over. */
export const RETRY_DELAYS = [
  0,
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const
/** The longest that a receiver may put us off. */
const LONGEST_RETRY_AFTER = 24 * HOUR

/** What becomes of a delivery after an attempt. */
export type AttemptOutcome =
  | { readonly kind: 'delivered'; readonly status: number }
  | { readonly kind: 'retry'; readonly status: number | null; readonly error: string; readonly at: number }
  | { readonly kind: 'dead'; readonly status: number | null; readonly error: string }
  /** The receiver wants nothing any more. */
  | { readonly kind: 'gone'; readonly status: number; readonly error: string }

/** An attempt that ended: with an answer, or without one for a reason that can be said. */
export type AttemptResult = { readonly answer: WebhookAnswer } | { readonly failure: string }

/** `attempts` counts the one that is judged; `now` is epoch milliseconds. */
export function judgeAttempt(result: AttemptResult, attempts: number, now: number): AttemptOutcome {
  if ('failure' in result) return again(null, result.failure, attempts, now, 0)
  const { status, retryAfter } = result.answer
  if (status >= 200 && status < 300) return { kind: 'delivered', status }
  if (status === 410) return { kind: 'gone', status, error: 'The receiver answered 410: it is gone.' }
  const error =
    status >= 300 && status < 400
      ? `The receiver answered ${status}; redirects are not followed.`
      : `The receiver answered ${status}.`
  return again(status, error, attempts, now, readRetryAfter(retryAfter, now))
}

function again(status: number | null, error: string, attempts: number, now: number, atLeast: number): AttemptOutcome {
  const delay = RETRY_DELAYS[attempts]
  if (delay === undefined) return { kind: 'dead', status, error }
  return { kind: 'retry', status, error, at: now + Math.max(delay, atLeast) }
}

/** `Retry-After` in milliseconds from now: seconds or an HTTP date (RFC 9110, 10.2.3); 0 where it says nothing. */
export function readRetryAfter(header: string | null, now: number): number {
  if (header === null) return 0
  const text = header.trim()
  const wait = /^\d{1,9}$/.test(text) ? Number(text) * SECOND : Date.parse(text) - now
  return Number.isFinite(wait) ? Math.min(LONGEST_RETRY_AFTER, Math.max(0, wait)) : 0
}
