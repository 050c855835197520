import type { Clock, TimerHandle } from '@syncwatch/core'
import { isoTime } from '../environment/iso-time.ts'
import type { LiveState } from './live-state.ts'

const PRUNE_EVERY_MS = 60_000

/** Drops operations that ended longer ago than `keepMs`, now and then. */
export interface Pruning {
  start(): void
  stop(): void
}

export function createPruning(live: LiveState, clock: Clock, keepMs: number): Pruning {
  let timer: TimerHandle | undefined
  const start = () => {
    timer?.cancel()
    timer = clock.setTimeout(() => {
      live.apply({ type: 'prune', endedBefore: isoTime(clock.now() - keepMs) })
      start()
    }, PRUNE_EVERY_MS)
    timer.unref()
  }
  return { start, stop: () => timer?.cancel() }
}
