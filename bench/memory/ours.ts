// Our server as it runs for users, with 20 operations under way that stand still.
import { answerParent } from '../support/child.ts'
import { type BenchServer, startServer } from '../support/server.ts'
import { measureMemory } from './measure.ts'

let server: BenchServer | null = null

answerParent<'start' | 'measure'>(
  async (request) => {
    if (request === 'measure') return await measureMemory()
    server = await startServer({ maxSessionsPerAddress: 10_000, maxSessionsPerSubject: 10_000 })
    const { manager } = server
    for (let index = 0; index < 20; index += 1) {
      const id = await manager.createSyncOperation({ operation_type: 'full_sync', total_items: 100 })
      await manager.updateSyncProgress(id, 50, 50, 0, 'standing still')
    }
    await manager.flush()
    return server.url
  },
  async () => await server?.stop(),
)
