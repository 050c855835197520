// A viewer in a thread of its own, as a browser is on a machine of its own: it measures how old what it holds becomes.
import { parentPort, workerData } from 'node:worker_threads'
import { connectClient } from '../support/live-client.ts'

const { url, ids } = workerData as { url: string; ids: string[] }
const client = await connectClient(url)
const seen = new Map<string, number>()
const delays: number[] = []
/** What was written before this measurement is as old as the pause before it, and says nothing. */
const since = performance.timeOrigin + performance.now()

client.subscribe(() => {
  const { operations } = client.getState()
  const now = performance.timeOrigin + performance.now()
  for (const id of ids) {
    // The call's time stands in the row: microseconds since 1970.
    const calledAt = (operations[id]?.processed_items ?? 0) / 1000
    const before = seen.get(id)
    if (calledAt < since || calledAt === before) continue
    seen.set(id, calledAt)
    // The calls come one close on the other, so the oldest state that this one replaces was made right after the one
    // that was held before: that is how stale the view had become.
    if (before !== undefined) delays.push(now - before)
  }
})
parentPort?.postMessage('watching')
parentPort?.once('message', () => {
  client.stop()
  parentPort?.postMessage(delays)
})
