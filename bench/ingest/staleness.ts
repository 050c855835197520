import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { OperationId } from '@syncwatch/core'
import type { BenchServer } from '../support/server.ts'
import { percentile } from '../support/statistics.ts'

/** Calls a second while the staleness is measured: 500 a second for each of 200 operations, far beyond any worker. */
export const OFFERED_PER_SECOND = 100_000

export interface Staleness {
  offered: number
  /** How old the state that a client held had become when the next one arrived; milliseconds. */
  p50: number
  p99: number
}

/** How many calls a second are accepted when the caller does nothing else, over a few hot operations. */
export async function measureAcceptance(
  server: BenchServer,
  ids: readonly OperationId[],
  milliseconds: number,
): Promise<number> {
  const began = performance.now()
  let calls = 0
  while (performance.now() - began < milliseconds) {
    // One call for each operation, then a turn of the event loop, in which commits and sockets have theirs.
    callEach(server, ids)
    calls += ids.length
    await nextTurn()
  }
  const perSecond = (calls * 1000) / (performance.now() - began)
  await server.manager.flush()
  return perSecond
}

/** A steady flood of calls, with a connected client watching from another thread. */
export async function measureStaleness(
  server: BenchServer,
  ids: readonly OperationId[],
  milliseconds: number,
): Promise<Staleness> {
  const viewer = new Worker(new URL('./viewer.ts', import.meta.url), { workerData: { url: server.url, ids } })
  await message(viewer)
  const began = performance.now()
  let calls = 0
  for (let elapsed = 0; elapsed < milliseconds; elapsed = performance.now() - began) {
    while (calls < (elapsed * OFFERED_PER_SECOND) / 1000) {
      callEach(server, ids)
      calls += ids.length
    }
    await wait(1)
  }
  const offered = (calls * 1000) / (performance.now() - began)
  await server.manager.flush()
  viewer.postMessage('stop')
  const delays = (await message(viewer)) as number[]
  await viewer.terminate()
  return { offered, p50: percentile(delays, 0.5), p99: percentile(delays, 0.99) }
}

/** The time of the call travels in the row: microseconds since 1970. */
function callEach(server: BenchServer, ids: readonly OperationId[]): void {
  const microseconds = Math.round((performance.timeOrigin + performance.now()) * 1000)
  for (const id of ids) void server.manager.updateSyncProgress(id, null, microseconds, 0)
}

function message(viewer: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    viewer.once('message', resolve)
    viewer.once('error', reject)
  })
}
