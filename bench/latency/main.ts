import { setTimeout as wait } from 'node:timers/promises'
import type { SyncClient } from '@syncwatch/client'
import { connectClient } from '../support/live-client.ts'
import { isQuick, printReport } from '../support/report.ts'
import { type BenchServer, startServer } from '../support/server.ts'
import { median, percentile, rounded } from '../support/statistics.ts'
import { measurePeer } from './peer.ts'

/** Longer than a flush window, so that each change meets an idle system. */
const PAUSE_MS = 120
const MOST_ABOVE_PEER_MS = 5

const samples = isQuick() ? 100 : 400
const pause = () => wait(PAUSE_MS)

const server = await startServer()
const client = await connectClient(server.url)
try {
  const warm = await measureOurs(server, client, 20)
  const ours: number[] = []
  const peer: number[] = []
  // In alternating blocks, so that a slow moment of the machine falls on both.
  for (let block = 0; block < 4; block += 1) {
    ours.push(...(await measureOurs(server, client, samples / 4)))
    peer.push(...(await measurePeer(samples / 4, pause)))
  }
  report(ours, peer, warm.length)
} finally {
  client.stop()
  await server.stop()
}

/** From the call of `updateSyncProgress` to the client's callback with the committed row, in milliseconds. */
async function measureOurs({ manager }: BenchServer, viewer: SyncClient, count: number): Promise<number[]> {
  const id = await manager.createSyncOperation({ operation_type: 'full_sync', total_items: 1_000_000 })
  await manager.updateSyncProgress(id, null, 1, 0, 'started')
  await manager.flush()
  const durations: number[] = []
  for (let index = 0; index < count; index += 1) {
    await pause()
    const message = `state ${index}`
    const began = performance.now()
    const seen = new Promise<void>((resolve) => {
      const stop = viewer.subscribe(() => {
        if (viewer.getState().operations[id]?.message !== message) return
        stop()
        resolve()
      })
    })
    await manager.updateSyncProgress(id, null, index + 2, 0, message)
    await seen
    durations.push(performance.now() - began)
  }
  await manager.completeSyncOperation(id, 'completed')
  return durations
}

function report(ours: readonly number[], peer: readonly number[], warmUp: number): void {
  const figures = { p50_ms: rounded(median(ours)), p99_ms: rounded(percentile(ours, 0.99)) }
  const theirs = { p50_ms: rounded(median(peer)), p99_ms: rounded(percentile(peer, 0.99)) }
  const above = median(ours) - median(peer)
  console.log(
    `ours ${figures.p50_ms} ms, Socket.IO ${theirs.p50_ms} ms (which stores nothing); p99 ${figures.p99_ms} and ${theirs.p99_ms}`,
  )
  printReport(
    {
      bench: 'latency',
      ratio: rounded(median(peer) / median(ours)),
      ours: { ...figures, p50_above_peer_ms: rounded(above) },
      peer: { name: 'socket.io emit', ...theirs },
      setting: {
        samples: ours.length,
        warm_up: warmUp,
        pause_ms: PAUSE_MS,
        fsync: 'on',
        limit_above_peer_ms: MOST_ABOVE_PEER_MS,
      },
    },
    above <= MOST_ABOVE_PEER_MS
      ? []
      : [`The p50 is ${above.toFixed(1)} ms above the peer's; at most ${MOST_ABOVE_PEER_MS} ms are allowed.`],
  )
}
