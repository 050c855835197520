import { createSyncStatusManager } from '../src/index.ts'

// A node of its own for `processes.test.ts`: claims one operation, reports progress for ever, and is killed.
const [databaseUrl, timing] = process.argv.slice(2)
const manager = createSyncStatusManager({ databaseUrl: databaseUrl as string, timing: JSON.parse(timing as string) })
await manager.start()
manager.reportConnection({ client_id: 'tab-of-the-dead', status: 'connected' })
const id = await manager.createSyncOperation({
  operation_type: 'full_sync',
  total_items: 1_000_000,
  operation_data: { resumable: true },
})
const run = await manager.claim(id)
process.stdout.write(`${id}\n`)
for (let done = 1; ; done += 1) {
  await run.progress({ processed_items: done })
  await new Promise((resolve) => setTimeout(resolve, 5))
}
