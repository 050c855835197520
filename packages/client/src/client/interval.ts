import type { Clock, TimerHandle } from '@syncwatch/core'

/** Something that is done now and then, and keeps no process alive. */
export interface Interval {
  /** Begins anew: the first time is a whole interval away. */
  start(): void
  stop(): void
}

export function createInterval(clock: Clock, everyMs: number, work: () => void): Interval {
  let timer: TimerHandle | undefined
  const stop = () => timer?.cancel()
  const start = () => {
    stop()
    timer = clock.setTimeout(() => {
      work()
      start()
    }, everyMs)
    timer.unref()
  }
  return { start, stop }
}
