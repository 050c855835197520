import { systemClock } from '@syncwatch/core'
import { createPool } from '@syncwatch/database'
import { createSyncStatusManager } from '@syncwatch/status-manager'
import { AddressPolicy, HttpSender, WebhookDispatcher } from '../src/index.ts'

// A node of its own for `processes.test.ts`: ends one operation, delivers or does not, and is killed.
const [databaseUrl, manner] = process.argv.slice(2) as [string, 'delivers' | 'only commits']
const status = createSyncStatusManager({ databaseUrl })
const clock = systemClock()
if (manner === 'delivers') {
  const sender = new HttpSender({ policy: new AddressPolicy(['127.0.0.0/8']), clock })
  new WebhookDispatcher({ pool: createPool({ url: databaseUrl }), clock, sender, pollMs: 20, leaseMs: 1_500 }).start()
}
const id = await status.createSyncOperation({ operation_type: 'upload' })
await status.completeSyncOperation(id, 'completed')
process.stdout.write(`${id}\n`)
setInterval(() => {}, 60_000)
