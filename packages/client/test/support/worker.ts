import { parentPort, workerData } from 'node:worker_threads'
import { createSyncClient, selectVerdict } from '../../src/index.ts'

/** A client in a worker: no document, no window. It tells what it knows whenever that changes. */
const client = createSyncClient({ url: workerData.url, clientId: 'worker' })
client.subscribe(() => {
  const state = client.getState()
  parentPort?.postMessage({
    status: state.connection.status,
    progress: state.operations.a?.progress ?? null,
    verdict: selectVerdict(state, Date.now()).kind,
    hasDocument: 'document' in globalThis,
  })
})
client.start()
parentPort?.on('message', () => {
  client.stop()
  parentPort?.close()
})
