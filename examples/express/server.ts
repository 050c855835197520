import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { attachRealtime, createSyncStatusManager, migrate, nodeHandler } from '@syncwatch/status'
import express from 'express'

// The database is the one of DATABASE_URL.
await migrate()
const manager = createSyncStatusManager()
await manager.start()

const app = express()
// On this machine alone, and everybody who gets here may change things. A real application asks its own session instead.
const access = { authorize: () => ({ name: 'example', role: 'editor' as const }) }
const status = nodeHandler(manager, access)
app.use(status)
app.use(express.json())

app.post('/import', async (request, response) => {
  const names: string[] = request.body.names
  const operation = await manager.createSyncOperation({
    operation_type: 'upload',
    total_items: names.length,
    triggered_by: 'import',
    source: 'api',
  })
  response.status(202).json({ operation })
  for (const [index, name] of names.entries()) {
    // Here the work is done; then it is told.
    await manager.updateProgress(operation, { processed_items: index + 1, message: `Imported ${name}` })
  }
  await manager.completeSyncOperation(operation, 'completed')
})

const server = createServer(app)
const realtime = attachRealtime(server, manager, access)
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})

process.once('SIGTERM', async () => {
  // First the live connections, each asked to come back later; then what was accepted is written.
  server.close()
  await Promise.all([realtime.drain(), status.drain()])
  await manager.stop()
})
