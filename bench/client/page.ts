/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { configureStore } from '@reduxjs/toolkit'
import { createSyncClient } from '@syncwatch/client'
import { bindClient, syncStatusReducer } from '@syncwatch/client/redux'
import { CompactSyncIndicator, FloatingSyncStatus, SyncStatusIndicators, SyncStatusProvider } from '@syncwatch/react'
import { createElement as h } from 'react'
import { createRoot } from 'react-dom/client'

/** What the page saw since it was last asked. */
export interface PageFigures {
  frames: number
  dispatches: number
  /** Dispatches in the busiest second. */
  most_dispatches_a_second: number
  /** Tasks over 50 ms, as the browser counts them. */
  long_tasks: number
  longest_task_ms: number
  painted_frames: number
}

declare global {
  var bench: {
    take(): PageFigures
    held(): Record<string, { rev: number; progress: number | null }>
    counts(): Record<string, number>
  }
}

const dispatchedAt: number[] = []
let longTasks: number[] = []
let frames = 0
let painted = 0

const store = configureStore({
  reducer: { syncStatus: syncStatusReducer },
  middleware: () =>
    [
      () => (next: (action: unknown) => unknown) => (action: unknown) => {
        dispatchedAt.push(performance.now())
        return next(action)
      },
    ] as never,
})
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) longTasks.push(entry.duration)
}).observe({ type: 'longtask' })
const paint = () => {
  painted += 1
  requestAnimationFrame(paint)
}
paint()

const client = createSyncClient()
client.on('frame', ({ type }) => {
  if (type === 'delta') frames += 1
})
bindClient(store, client)
createRoot(document.getElementById('root') as HTMLElement).render(
  h(
    SyncStatusProvider,
    { client, store },
    h(CompactSyncIndicator),
    h(SyncStatusIndicators, { showDetails: true }),
    h(FloatingSyncStatus),
  ),
)

globalThis.bench = {
  take: () => {
    const figures = {
      frames,
      dispatches: dispatchedAt.length,
      most_dispatches_a_second: busiestSecond(dispatchedAt),
      long_tasks: longTasks.length,
      longest_task_ms: Math.max(0, ...longTasks),
      painted_frames: painted,
    }
    dispatchedAt.length = 0
    longTasks = []
    frames = 0
    painted = 0
    return figures
  },
  held: () => {
    const { operations } = store.getState().syncStatus
    return Object.fromEntries(Object.values(operations).map(({ id, rev, progress }) => [id, { rev, progress }]))
  },
  counts: () => ({ ...store.getState().syncStatus.counts }),
}

/** The most of these times that lie within any one second. */
function busiestSecond(times: readonly number[]): number {
  let first = 0
  let most = 0
  times.forEach((time, index) => {
    while (time - (times[first] ?? time) >= 1000) first += 1
    most = Math.max(most, index - first + 1)
  })
  return most
}
