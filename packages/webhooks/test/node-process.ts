import pg from 'pg'

// A node of its own for `processes.test.ts`: ends one operation, delivers or does not, and is killed. It loads what it needs
// only, for the test waits for its start.
const [databaseUrl, manner] = process.argv.slice(2) as [string, 'delivers' | 'only commits']
const pool = new pg.Pool({ connectionString: databaseUrl })
const { rows } = await pool.query(`SELECT create_sync_operation('upload') AS id`)
await pool.query(`SELECT complete_sync_operation($1, 'completed')`, [rows[0].id])
process.stdout.write(`${rows[0].id}\n`)
if (manner === 'delivers') {
  const { systemClock } = await import('@syncwatch/core')
  const { AddressPolicy, HttpSender, WebhookDispatcher } = await import('../src/index.ts')
  const clock = systemClock()
  const sender = new HttpSender({ policy: new AddressPolicy(['127.0.0.0/8']), clock })
  new WebhookDispatcher({ pool, clock, sender, pollMs: 20, leaseMs: 1_500 }).start()
}
setInterval(() => {}, 60_000)
