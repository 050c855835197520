import { setImmediate as nextTurn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { OperationId } from '@syncwatch/core'
import type { BenchServer } from '../support/server.ts'
import { percentile } from '../support/statistics.ts'

export interface Staleness {
  callsPerSecond: number
  /** How old the state that a client held had become when the next one arrived; milliseconds. */
  p50: number
  p99: number
}

/** Calls as fast as they are accepted, over a few hot operations, with a connected client watching from another thread. */
export async function measureStaleness(
  server: BenchServer,
  ids: readonly OperationId[],
  milliseconds: number,
): Promise<Staleness> {
  const viewer = new Worker(new URL('./viewer.ts', import.meta.url), { workerData: { url: server.url, ids } })
  await message(viewer)
  const began = performance.now()
  let calls = 0
  while (performance.now() - began < milliseconds) {
    // One call for each operation, then a turn of the event loop, in which commits and sockets have theirs.
    for (const id of ids) {
      const microseconds = Math.round((performance.timeOrigin + performance.now()) * 1000)
      void server.manager.updateSyncProgress(id, null, microseconds, 0)
    }
    calls += ids.length
    await nextTurn()
  }
  const callsPerSecond = (calls * 1000) / (performance.now() - began)
  await server.manager.flush()
  viewer.postMessage('stop')
  const delays = (await message(viewer)) as number[]
  await viewer.terminate()
  return { callsPerSecond, p50: percentile(delays, 0.5), p99: percentile(delays, 0.99) }
}

function message(viewer: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    viewer.once('message', resolve)
    viewer.once('error', reject)
  })
}
