import type { Clock } from '@syncwatch/core'
import type { Environment, EnvironmentEvent } from './environment.ts'
import { nodeEnvironment } from './node-environment.ts'

interface EventSourceLike {
  addEventListener(type: string, listener: (event: unknown) => void): void
  removeEventListener(type: string, listener: (event: unknown) => void): void
}

/** The part of a browser's global object that is looked at; every part of it may be missing. */
export interface BrowserGlobals extends Partial<EventSourceLike> {
  navigator?: { onLine?: boolean }
  document?: EventSourceLike & { visibilityState?: string }
  requestAnimationFrame?: (callback: () => void) => number
  cancelAnimationFrame?: (handle: number) => void
}

const PAGE_EVENTS = ['online', 'offline', 'pagehide', 'pageshow'] as const

/** The environment of a browser tab, or that of a process where there is no document. */
export function browserEnvironment(clock: Clock, host: BrowserGlobals = globalThis as BrowserGlobals): Environment {
  const { document } = host
  const node = nodeEnvironment(clock)
  if (!document || !host.addEventListener) return node
  const isVisible = () => document.visibilityState !== 'hidden'
  return {
    isOnline: () => host.navigator?.onLine !== false,
    isVisible,
    listen: (listener) => {
      const onPage = (event: unknown) => listener((event as { type: EnvironmentEvent }).type)
      const onVisibility = () => listener(isVisible() ? 'visible' : 'hidden')
      const each = (method: keyof EventSourceLike) => {
        for (const type of PAGE_EVENTS) (host as EventSourceLike)[method](type, onPage)
        document[method]('visibilitychange', onVisibility)
      }
      each('addEventListener')
      return () => each('removeEventListener')
    },
    // A hidden tab paints no frames, so a frame that is asked for there would never come.
    requestFrame: (callback) => {
      if (!host.requestAnimationFrame || !isVisible()) return node.requestFrame(callback)
      const handle = host.requestAnimationFrame(callback)
      return () => host.cancelAnimationFrame?.(handle)
    },
  }
}
