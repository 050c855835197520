import { type Clock, sleep } from '@syncwatch/core'

/** Ticks rather than a time: after the process was busy for long, a timer comes before the requests that piled up meanwhile. */
const TICK_MS = 10
/** So many in a row in which nobody asks: nobody else is coming. */
const QUIET_TICKS = 5
const MOST_TICKS = 50

/**
 * A reading that is made once for all who ask at a time: each gets what was read after it asked. It begins once nobody has asked for
 * 50 ms, at the latest 500 ms after the first did, and never beside another one. What is given is shared, and so is a failure.
 */
export function sharedReading<Result>(clock: Clock, read: () => Promise<Result>): () => Promise<Result> {
  let underWay: Promise<unknown> = Promise.resolve()
  let next: Promise<Result> | null = null
  let asked = 0

  const gather = async () => {
    for (let ticks = 0, quiet = 0; ticks < MOST_TICKS && quiet < QUIET_TICKS; ticks += 1) {
      const before = asked
      await sleep(clock, TICK_MS)
      quiet = asked === before ? quiet + 1 : 0
    }
  }
  const begin = () => {
    next = null
    return read()
  }
  return () => {
    asked += 1
    if (next === null) {
      next = Promise.allSettled([underWay, gather()]).then(begin)
      underWay = next
    }
    return next
  }
}
