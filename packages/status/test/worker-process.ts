import { createSyncStatusManager } from '../src/index.ts'

// A node of its own for `processes.test.ts`: begins one operation (with a claim or without), reports progress for ever, and is
// killed.
const [databaseUrl, timing, manner, operationData] = process.argv.slice(2) as [string, string, string, string]
const manager = createSyncStatusManager({ databaseUrl, timing: JSON.parse(timing) })
await manager.start()
manager.reportConnection({ client_id: 'tab-of-the-dead', status: 'connected' })
const id = await manager.createSyncOperation({
  operation_type: 'full_sync',
  total_items: 1_000_000,
  operation_data: JSON.parse(operationData),
})
const run = manner === 'claimed' ? await manager.claim(id) : null
process.stdout.write(`${id}\n`)
for (let done = 1; ; done += 1) {
  await (run === null ? manager.updateSyncProgress(id, null, done) : run.progress({ processed_items: done }))
  await manager.flush()
}
