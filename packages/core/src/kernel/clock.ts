/**
 * Time as a port. Everything that waits or measures takes a `Clock` by constructor, so a test can turn the hands.
 * `now` is wall-clock milliseconds since 1970 (it may jump); `monotonic` is milliseconds that never go back.
 */
export interface Clock {
  now(): number
  monotonic(): number
  setTimeout(callback: () => void, milliseconds: number): TimerHandle
}

/** A pending timer. `cancel` is idempotent. `unref` lets a process end although the timer is pending. */
export interface TimerHandle {
  cancel(): void
  unref(): void
}
