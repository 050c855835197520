import { createHash } from 'node:crypto'
import { type Clock, type ErrorCode, SyncwatchError, sleep } from '@syncwatch/core'
import type { Context, MiddlewareHandler } from 'hono'
import type { ApiEnvironment } from '../api-environment.ts'
import { failureOf } from '../problems/failure-of.ts'
import { idempotencyHeader } from './idempotency-header.ts'
import type { IdempotencyStore, StoredAnswer } from './idempotency-store.ts'

/** How long a repeated request waits for the first one, and how often it looks. */
const WAIT_MS = 5000
const LOOK_MS = 50
/** Pauses before what became of a request is told to the store once more. */
const TELL_AGAIN_MS = [50, 500]
const KEPT_HEADERS = ['content-type', 'location']

/** Failures that may have come after the change was made: the answer to a commit was lost, or we do not know what happened. */
const OUTCOME_UNKNOWN: ReadonlySet<ErrorCode> = new Set(['database_unavailable', 'timeout', 'internal'])

/**
 * Makes POSTs with an `Idempotency-Key` safe to repeat: the same key with the same body gets the same answer, with
 * another body `idempotency_conflict`. Answers to changes that were made are kept; a refusal frees the key; where neither is
 * certain the key stays taken, and the same request gets `idempotency_running`, later `idempotency_unknown`, rather than being
 * carried out twice. The caller's answer is that of the request, whatever becomes of the key.
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
      await settle(error)
      throw error
    }
    if (c.res.ok) {
      const answer = await storable(c.res)
      await tell(clock, () => store.finish(scope, key, answer))
    } else await settle(c.error)
    return undefined

    async function settle(error: unknown): Promise<void> {
      if (isCertain(error)) await tell(clock, () => store.abandon(scope, key))
    }
  }
}

/** Whether a request that was refused surely changed nothing. */
function isCertain(error: unknown): boolean {
  return error === undefined || !OUTCOME_UNKNOWN.has(failureOf(error).code)
}

/** Never rejects: a key of which nothing could be told stays taken, which is safe, and the request's own answer must not be lost. */
async function tell(clock: Clock, work: () => Promise<void>): Promise<void> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await work()
    } catch {
      const pause = TELL_AGAIN_MS[failures]
      if (pause === undefined) return
      await sleep(clock, pause)
    }
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
    if (found.state === 'unknown') {
      throw new SyncwatchError(
        'idempotency_unknown',
        'The first request with this Idempotency-Key left no answer. Look whether its change was made; if not, use a new key.',
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
