import type { Clock } from '@syncwatch/core'
import type { Environment } from './environment.ts'

/** A process without a page: always online and visible; a "frame" is the next 16 ms. */
export function nodeEnvironment(clock: Clock): Environment {
  return {
    isOnline: () => true,
    isVisible: () => true,
    listen: () => () => {},
    requestFrame: (callback) => {
      const timer = clock.setTimeout(callback, 16)
      return () => timer.cancel()
    },
  }
}
