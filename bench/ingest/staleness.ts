import { setImmediate as nextTurn } from 'node:timers/promises'
import type { OperationId } from '@syncwatch/core'
import { connectClient } from '../support/live-client.ts'
import type { BenchServer } from '../support/server.ts'
import { percentile } from '../support/statistics.ts'

/** How many calls are made between two looks at the event loop. */
const BATCH = 500

export interface Staleness {
  callsPerSecond: number
  /** From a call to the moment a client holds that state or a later one; milliseconds. */
  p50: number
  p99: number
}

/** Calls as fast as they are accepted, over a few hot operations, with a connected client watching. */
export async function measureStaleness(
  server: BenchServer,
  ids: readonly OperationId[],
  milliseconds: number,
): Promise<Staleness> {
  const client = await connectClient(server.url)
  const sentAt = new Map<OperationId, number[]>(ids.map((id) => [id, []]))
  const seen = new Map<OperationId, number>(ids.map((id) => [id, -1]))
  const delays: number[] = []
  const stop = client.subscribe(() => {
    const { operations } = client.getState()
    const now = performance.now()
    for (const id of ids) {
      const ordinal = operations[id]?.processed_items ?? 0
      const last = seen.get(id) ?? -1
      if (ordinal <= last) continue
      seen.set(id, ordinal)
      // The oldest state that this one made visible has waited longest.
      const sent = sentAt.get(id)?.[last + 1]
      if (sent !== undefined) delays.push(now - sent)
    }
  })
  const began = performance.now()
  let calls = 0
  while (performance.now() - began < milliseconds) {
    for (let index = 0; index < BATCH; index += 1) {
      const id = ids[calls % ids.length] as OperationId
      const history = sentAt.get(id) as number[]
      history.push(performance.now())
      void server.manager.updateSyncProgress(id, null, history.length - 1, 0)
      calls += 1
    }
    await nextTurn()
  }
  const callsPerSecond = (calls * 1000) / (performance.now() - began)
  await server.manager.flush()
  stop()
  client.stop()
  return { callsPerSecond, p50: percentile(delays, 0.5), p99: percentile(delays, 0.99) }
}
