import type { Clock, TimerHandle } from '@syncwatch/core'

/** One beat a period for all that show a time, so that they change together and a page holds one timer instead of fifty. */
export interface Ticker {
  /** Calls back every `periodMs` milliseconds. Returns the way to stop; with its last listener a period's timer ends. */
  subscribe(periodMs: number, listener: () => void): () => void
  /** Epoch milliseconds of the last beat of that period. */
  read(periodMs: number): number
}

interface Beat {
  at: number
  timer: TimerHandle | null
  listeners: Set<() => void>
}

export function createTicker(clock: Clock): Ticker {
  const beats = new Map<number, Beat>()
  const beatOf = (periodMs: number): Beat => {
    const known = beats.get(periodMs)
    if (known) return known
    const beat: Beat = { at: clock.now(), timer: null, listeners: new Set() }
    beats.set(periodMs, beat)
    return beat
  }
  const wait = (beat: Beat, periodMs: number) => {
    beat.timer = clock.setTimeout(() => {
      beat.at = clock.now()
      wait(beat, periodMs)
      for (const listener of beat.listeners) listener()
    }, periodMs)
  }
  return {
    subscribe: (periodMs, listener) => {
      const beat = beatOf(periodMs)
      beat.listeners.add(listener)
      if (!beat.timer) wait(beat, periodMs)
      return () => {
        beat.listeners.delete(listener)
        if (beat.listeners.size > 0) return
        beat.timer?.cancel()
        beat.timer = null
      }
    },
    read: (periodMs) => {
      const beat = beatOf(periodMs)
      // Nobody kept it going, so it may be old.
      if (!beat.timer && clock.now() - beat.at >= periodMs) beat.at = clock.now()
      return beat.at
    },
  }
}
