import type { Clock } from '@syncwatch/core'
import { systemClock } from '@syncwatch/core'
import type { SyncClient } from '../client/sync-client.ts'
import { browserEnvironment } from '../environment/browser-environment.ts'
import type { Environment } from '../environment/environment.ts'
import type { SyncStatusEvent } from '../state/sync-status-event.ts'
import { syncStatusSlice } from './sync-status-slice.ts'

/** The part of a Redux store that is used. */
export interface DispatchTarget {
  dispatch(action: ReturnType<typeof syncStatusSlice.actions.framesApplied>): unknown
}

export interface BindOptions {
  environment?: Environment
  clock?: Clock
}

/** How often a hidden tab is told, in milliseconds. */
const HIDDEN_INTERVAL_MS = 1000
/**
 * The mean time between dispatches while changes come without end, and how far one may be early for it, since frames are never quite
 * regular. Together at most 60 in any second, on screens of 120 Hz too: 1017 / 17 < 60.
 */
const INTERVAL_MS = 17

/**
 * Makes a store follow a client: what the client applied is gathered into one dispatch per animation frame, at most 60 a second, and at
 * most one a second while the page is hidden. Returns the way to stop; what was gathered by then is dispatched first.
 */
export function bindClient(store: DispatchTarget, client: SyncClient, options: BindOptions = {}): () => void {
  const clock = options.clock ?? systemClock()
  const environment = options.environment ?? browserEnvironment(clock)
  let gathered: SyncStatusEvent[] = [{ type: 'state', state: client.getState() }]
  let cancel: (() => void) | null = null

  /** When the next dispatch would be in time. */
  let due = 0

  const flush = () => {
    cancel?.()
    cancel = null
    if (gathered.length === 0) return
    due = Math.max(due, clock.monotonic()) + INTERVAL_MS
    const events = gathered
    gathered = []
    store.dispatch(syncStatusSlice.actions.framesApplied(events))
  }
  const schedule = () => {
    if (cancel) return
    cancel = environment.isVisible() ? environment.requestFrame(onFrame) : later(clock, flush)
  }
  const onFrame = () => {
    cancel = null
    if (clock.monotonic() < due - INTERVAL_MS) schedule()
    else flush()
  }
  flush()
  const stopApplied = client.on('applied', (event) => {
    gathered.push(event)
    schedule()
  })
  // Shown again, the page must not wait for the slow timer nor for a frame that was asked for while it was hidden.
  const stopListening = environment.listen((event) => {
    if (event === 'visible' || event === 'hidden') flush()
  })
  return () => {
    stopApplied()
    stopListening()
    flush()
  }
}

function later(clock: Clock, callback: () => void): () => void {
  const timer = clock.setTimeout(callback, HIDDEN_INTERVAL_MS)
  return () => timer.cancel()
}
