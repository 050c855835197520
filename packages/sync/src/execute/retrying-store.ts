import {
  type Clock,
  type ErrorCode,
  fullJitterBackoff,
  isSyncwatchError,
  type Random,
  type SyncwatchError,
  sleep,
} from '@syncwatch/core'
import type { OperationRun } from '@syncwatch/status-manager'
import type { Store } from '../ports/store.ts'

/** Failures of a call that the same call may not have a moment later. */
const PASSING: ReadonlySet<ErrorCode> = new Set(['rate_limited', 'timeout'])
const ATTEMPTS = 5

export interface RetryOptions {
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
  readonly run: Pick<OperationRun, 'held'>
}

/**
 * A store whose calls are tried again where they may pass the next time, with full jitter and not before the store asked to be
 * asked again (`details.retry_after_ms`). Listings are not: half of one cannot be gone on with. No call begins once the run is
 * another worker's: a process that was paused and woken changes nothing but what was under way.
 */
export function retryingStore(store: Store, options: RetryOptions): Store {
  const again = <Result>(call: () => Promise<Result>) => retried(call, options)
  return {
    capabilities: store.capabilities,
    identity: (identity) => again(() => store.identity(identity)),
    list: (list) => store.list(list),
    head: (key, head) => again(() => store.head(key, head)),
    read: (key, read) => again(() => store.read(key, read)),
    ...(store.take && { take: (key, take) => again(async () => store.take?.(key, take) ?? null) }),
    holdable: (metadata) => store.holdable(metadata),
    readMetadata: (key, read) => again(() => store.readMetadata(key, read)),
    ...(store.describedAt && { describedAt: (key, read) => again(async () => store.describedAt?.(key, read) ?? null) }),
    write: (key, content, condition, write) => again(() => store.write(key, content, condition, write)),
    setMetadata: (key, metadata, version, write) => again(() => store.setMetadata(key, metadata, version, write)),
    move: (from, to, version, write) => again(() => store.move(from, to, version, write)),
    delete: (key, version, write) => again(() => store.delete(key, version, write)),
    close: () => store.close(),
  }
}

async function retried<Result>(call: () => Promise<Result>, options: RetryOptions): Promise<Result> {
  const { clock, random, signal, run } = options
  for (let attempt = 1; ; attempt++) {
    await run.held(signal)
    try {
      return await call()
    } catch (error) {
      if (attempt >= ATTEMPTS || !isSyncwatchError(error) || !PASSING.has(error.code)) throw error
      const delay = fullJitterBackoff({ attempt, random, retryAfterMs: retryAfter(error), baseMs: 250 })
      await sleep(clock, delay, signal)
    }
  }
}

function retryAfter({ details }: SyncwatchError): number | undefined {
  return typeof details.retry_after_ms === 'number' ? details.retry_after_ms : undefined
}
