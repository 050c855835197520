import type { Clock } from './clock.ts'

interface HostTimers {
  setTimeout(callback: () => void, milliseconds: number): unknown
  clearTimeout(timer: unknown): void
  performance: { now(): number }
}

/** The clock of the machine. The only place that touches the global timers. */
export function systemClock(host: HostTimers = globalThis as unknown as HostTimers): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => host.performance.now(),
    setTimeout: (callback, milliseconds) => {
      const timer = host.setTimeout(callback, milliseconds)
      return {
        cancel: () => host.clearTimeout(timer),
        unref: () => (timer as { unref?: () => void }).unref?.(),
      }
    },
  }
}
