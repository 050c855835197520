import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { waitFor } from '@syncwatch/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { RETRY_DELAYS } from '../src/dispatch/judge-attempt.ts'
import { TEST_EVENT, WEBHOOK_EVENTS } from '../src/index.ts'
import { KEPT_DELIVERIES } from '../src/upkeep/remove-old-deliveries.ts'
import { endOperation, openBench } from './support.ts'

const page = readFileSync(new URL('../../../docs/webhooks.md', import.meta.url), 'utf8')
const blocks = (kind: string) =>
  [...page.matchAll(/```(\w+ \w+)\n([\s\S]*?)```/g)]
    .filter(([, found]) => found === kind)
    .map(([, , code = '']) => code)

test('the receiver of the documentation verifies, takes each message once, and refuses what is not signed', {
  timeout: 120_000,
}, async () => {
  const bench = await openBench()
  const { endpoint, secret } = await bench.endpoints.add({ url: 'http://127.0.0.1:1/' })
  const child = spawn(process.execPath, ['--input-type=module', '-e', blocks('js receiver')[0] ?? ''], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { PATH: process.env.PATH, WEBHOOK_SECRET: secret, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += String(chunk)
  })
  const [, port] = await waitFor(() => /listening on (\d+)/.exec(output), { what: 'the receiver', timeoutMs: 60_000 })
  const url = `http://127.0.0.1:${port}/`
  await bench.endpoints.edit(endpoint.id, { url })
  const id = await endOperation(bench)
  bench.dispatcher().start()
  const isDelivered = async () => (await bench.all())[0]?.state === 'delivered'
  await waitFor(isDelivered, { what: 'the delivery' })
  await bench.deliveries.replay((await bench.all())[0]?.id ?? '')
  await waitFor(isDelivered, { what: 'the second delivery' })
  expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401)
  await waitFor(() => output.includes(id), { what: 'what it printed' })
  expect(output.match(/operation\.completed/g)).toHaveLength(1)
})

test('every event is documented, with the fields that it really has', async () => {
  for (const type of [...WEBHOOK_EVENTS, TEST_EVENT]) expect(page).toContain(`\`${type}\``)
  const bench = await openBench()
  await bench.endpoints.add({ url: 'https://example.com/' })
  const { pool } = bench.database
  await bench.status.getHealth()
  await pool.query(
    `INSERT INTO sync_operations (operation_type, status) SELECT 'upload', 'failed' FROM generate_series(1, 20)`,
  )
  await bench.status.getHealth()
  await endOperation(bench, 'failed')
  await pool.query(`INSERT INTO syncwatch.stores (name, kind, location) VALUES ('photos', 'folder', '/photos')`)
  await pool.query(`INSERT INTO syncwatch.media_assets (key, size) VALUES ('a', 1)`)
  await pool.query(`INSERT INTO syncwatch.media_conflicts (key, rule, outcome) VALUES ('a', '9', 'held')`)
  await pool.query(
    `INSERT INTO syncwatch.held_plans (store_id, gates, counts, fingerprint, expires_at)
     SELECT id, '[{"gate": 4, "guards": "deletes", "message": "many"}]', '{"rows": 1}', 'x', now() FROM syncwatch.stores`,
  )
  await pool.query('UPDATE syncwatch.media_assets SET trashed_at = now()')
  const real = new Map((await bench.messages()).map((message) => [message.type, message.data]))
  const documented = blocks('json event').map((text) => JSON.parse(text))
  expect(documented.map(({ type }) => type).sort()).toEqual(
    WEBHOOK_EVENTS.filter((type) => type !== 'operation.completed').toSorted(),
  )
  for (const { type, data } of documented) expect([type, shapeOf(real.get(type))]).toEqual([type, shapeOf(data)])
})

/** The names of all fields, those of lists by their first element. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf)
  if (typeof value !== 'object' || value === null) return '*'
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, shapeOf(field)]))
}

test('the numbers of the documentation are those of the code', () => {
  const hours = RETRY_DELAYS.slice(3).map((delay) =>
    delay < 3_600_000 ? `${delay / 60_000} min` : `${delay / 3_600_000} h`,
  )
  const [last, ...others] = hours.reverse()
  expect(page).toContain(`5 s, 5 min, ${others.reverse().join(', ')} and ${last}`)
  const { deliveredDays, deadDays } = KEPT_DELIVERIES
  expect(page.replace(/\s+/g, ' ')).toContain(
    `What arrived is kept for ${deliveredDays} days, what did not for ${deadDays}.`,
  )
})
