import type { Clock } from '@syncwatch/core'
import { cutPool, fallsSilent } from '@syncwatch/database'
import type pg from 'pg'
import type { Logger } from 'pino'

/**
 * Returns how to end the pool. From the beginning of the stop (`begun`) it is watched whether the database still answers: once it does not,
 * everything that waits for it is let go, so that no step of the stop waits for ever.
 */
export function endPool(pool: pg.Pool, clock: Clock, log: Logger, begun: AbortSignal): () => Promise<void> {
  const over = new AbortController()
  const watch = async () => {
    if (!(await fallsSilent(pool, clock, over.signal))) return
    log.error('The database does not answer, so the server stops without it: what was not committed is lost.')
    cutPool(pool)
  }
  const ended = new Promise<void>((resolve) => {
    begun.addEventListener('abort', () => void watch().then(resolve, () => resolve()), { once: true })
  })
  return async () => {
    if (pool.ending) return
    await Promise.race([pool.end(), ended])
    over.abort()
  }
}
