import { createHash } from 'node:crypto'
import { type Clock, SyncwatchError, sleep } from '@syncwatch/core'
import type { Context, MiddlewareHandler } from 'hono'
import type { ApiEnvironment } from '../api-environment.ts'
import { idempotencyHeader } from './idempotency-header.ts'
import type { IdempotencyStore, StoredAnswer } from './idempotency-store.ts'

/** How long a repeated request waits for the first one, and how often it looks. */
const WAIT_MS = 5000
const LOOK_MS = 50
const KEPT_HEADERS = ['content-type', 'location']

/**
 * Makes POSTs with an `Idempotency-Key` safe to repeat: the same key with the same body gets the same answer, with
 * another body `idempotency_conflict`. Only answers to changes that were made are kept; a refusal frees the key.
 */
export function idempotentPosts(store: IdempotencyStore, clock: Clock): MiddlewareHandler<ApiEnvironment> {
  return async (c, next) => {
    const given = c.req.header('idempotency-key')
    if (c.req.method !== 'POST' || given === undefined) return next()
    const key = parseKey(given)
    const scope = c.get('principal').name
    const earlier = await answerBefore(store, clock, scope, key, fingerprintOf(c))
    if (earlier !== null) return replay(earlier)
    try {
      await next()
    } catch (error) {
      await store.abandon(scope, key)
      throw error
    }
    if (c.res.ok) await store.finish(scope, key, await storable(c.res))
    else await store.abandon(scope, key)
    return undefined
  }
}

function parseKey(given: string): string {
  const parsed = idempotencyHeader.safeParse({ 'idempotency-key': given })
  if (parsed.success && parsed.data['idempotency-key'] !== undefined) return parsed.data['idempotency-key']
  throw new SyncwatchError('invalid_input', 'An Idempotency-Key is 1 to 255 visible ASCII characters.')
}

async function answerBefore(
  store: IdempotencyStore,
  clock: Clock,
  scope: string,
  key: string,
  fingerprint: string,
): Promise<StoredAnswer | null> {
  const until = clock.monotonic() + WAIT_MS
  for (;;) {
    const found = await store.begin(scope, key, fingerprint)
    if (found.state === 'new') return null
    if (found.state === 'answered') return found.answer
    if (found.state === 'conflict') {
      throw new SyncwatchError(
        'idempotency_conflict',
        'This Idempotency-Key was used with another request. Use a new one.',
      )
    }
    if (clock.monotonic() >= until) {
      throw new SyncwatchError('idempotency_running', 'The first request with this Idempotency-Key is still under way.')
    }
    await sleep(clock, LOOK_MS)
  }
}

function fingerprintOf(c: Context<ApiEnvironment>): string {
  const hash = createHash('sha256')
  hash.update(`${c.req.method} ${c.req.path}${new URL(c.req.url).search}\n`)
  hash.update(c.get('bodyText'))
  return hash.digest('hex')
}

async function storable(response: Response): Promise<StoredAnswer> {
  const headers = KEPT_HEADERS.flatMap((name) => {
    const value = response.headers.get(name)
    return value === null ? [] : [[name, value]]
  })
  return { status: response.status, headers: Object.fromEntries(headers), body: await response.clone().text() }
}

function replay(answer: StoredAnswer): Response {
  return new Response(answer.body, {
    status: answer.status,
    headers: { ...answer.headers, 'idempotency-replayed': 'true' },
  })
}
