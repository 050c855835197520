import { type Clock, sleep } from '@syncwatch/core'

/**
 * A reading that is made once for all who ask at a time: each gets what was read after it asked. It begins `gatherMs` after the first
 * of them asked, and never beside another one. What is given is shared, and so is a failure.
 */
export function sharedReading<Result>(
  clock: Clock,
  gatherMs: number,
  read: () => Promise<Result>,
): () => Promise<Result> {
  let underWay: Promise<unknown> = Promise.resolve()
  let next: Promise<Result> | null = null
  const begin = () => {
    next = null
    return read()
  }
  return () => {
    if (next === null) {
      next = Promise.allSettled([underWay, sleep(clock, gatherMs)]).then(begin)
      underWay = next
    }
    return next
  }
}
