import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { waitFor } from '@syncwatch/testkit'
import { expect, test } from 'vitest'
import { afterTest, openBench, QUICK } from './support.ts'

const WORKER = fileURLToPath(new URL('worker-process.ts', import.meta.url))

async function startWorker(
  databaseUrl: string,
  manner: 'claimed' | 'unclaimed' = 'claimed',
  operationData: Record<string, unknown> = { resumable: true },
): Promise<{ child: ChildProcess; id: string }> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=@syncwatch/source',
      WORKER,
      databaseUrl,
      JSON.stringify(QUICK),
      manner,
      JSON.stringify(operationData),
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  afterTest(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  })
  const [chunk] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
  return { child, id: chunk.toString().trim() }
}

test('two processes see each other, and one takes over when the other is killed', async () => {
  const bench = await openBench()
  const manager = bench.manager({ timing: QUICK })
  manager.registerHandler('full_sync', async (run) => {
    await run.complete('completed', { message: 'by the other one' })
  })
  await manager.start()
  const view = await manager.hub.open('operations')
  const connections = await manager.hub.open('connections')
  const { child, id } = await startWorker(bench.database.url)
  const row = () => view.rows().find((each) => each.id === id)
  await waitFor(() => Number(row()?.processed_items) > 5, { what: 'progress of the other process' })
  const seen = Number(row()?.processed_items)
  await waitFor(() => Number(row()?.processed_items) > seen, { what: 'more of it' })
  await waitFor(() => connections.rows()[0]?.status === 'connected', { what: 'its connection' })

  child.kill('SIGKILL')
  await once(child, 'exit')
  const killedAt = performance.now()
  // What this viewer saw is in the table.
  const { processed_items } = await manager.getOperation(id)
  expect(processed_items).toBeGreaterThanOrEqual(Number(row()?.attempt === 1 ? row()?.processed_items : 0))
  await waitFor(() => row()?.status === 'completed', { what: 'the takeover', timeoutMs: 15_000 })
  expect(performance.now() - killedAt).toBeLessThan(10_000)
  expect(row()).toMatchObject({ attempt: 2, message: 'by the other one' })
  await waitFor(() => connections.rows()[0]?.status === 'disconnected', { what: 'its connection to be closed' })
})

test.each([
  ['fails as orphaned', {}, { status: 'failed', error_details: { code: 'orphaned' } }],
  [
    'waits for the next worker where it is resumable',
    { resumable: true },
    { status: 'in_progress', attempt: 1, processed_items: 0, lease_owner: null },
  ],
])('an operation that was driven without a claim %s when its process is killed', async (_, data, outcome) => {
  const bench = await openBench()
  const manager = bench.manager({ timing: QUICK })
  await manager.start()
  const { child, id } = await startWorker(bench.database.url, 'unclaimed', data)
  await waitFor(async () => (await manager.getOperation(id)).processed_items > 5, {
    what: 'progress of the other process',
  })
  expect(await manager.getOperation(id)).toMatchObject({ status: 'in_progress', attempt: 0, lease_until: null })

  child.kill('SIGKILL')
  await once(child, 'exit')
  const killedAt = performance.now()
  const isOver = async () => {
    const { status, attempt } = await manager.getOperation(id)
    return status === outcome.status && (status === 'failed' || attempt === 1)
  }
  await waitFor(isOver, { what: 'its recovery', timeoutMs: 15_000 })
  expect(performance.now() - killedAt).toBeLessThan(10_000)
  expect(await manager.getOperation(id)).toMatchObject(outcome)
})

test('a node has started when the others know of it, so that nothing it drives is left behind', async () => {
  const bench = await openBench()
  const manager = bench.manager()
  const holder = await bench.database.pool.connect()
  let hasStarted = false
  try {
    await holder.query('BEGIN; LOCK TABLE sync_nodes IN ACCESS EXCLUSIVE MODE')
    const starting = manager.start().then(() => {
      hasStarted = true
    })
    const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
    await waitFor(async () => ((await bench.database.pool.query(waiting)).rowCount ?? 0) > 0, {
      what: 'its sign of life to wait',
    })
    expect(hasStarted).toBe(false)
    await holder.query('COMMIT')
    await starting
  } finally {
    holder.release()
  }
  const id = await manager.createSyncOperation({ operation_type: 'upload', total_items: 10 })
  await manager.updateSyncProgress(id, null, 1)
  await manager.flush()
  expect(await manager.getOperation(id)).toMatchObject({ lease_owner: manager.nodeId, lease_until: null })
})

test('an operation that is driven over HTTP by somebody outside stays open when the node goes that served him', async () => {
  const bench = await openBench()
  const [served, other] = [bench.manager({ timing: QUICK }), bench.manager({ timing: QUICK })]
  await Promise.all([served.start(), other.start()])
  const [outside, inside] = [
    await served.createSyncOperation({ operation_type: 'upload', total_items: 10 }),
    await served.createSyncOperation({ operation_type: 'upload', total_items: 10 }),
  ]
  await served.updateProgress(outside, { processed_items: 1 }, { durability: 'await' })
  await waitFor(
    async () => {
      await served.updateProgress(inside, { processed_items: 1 })
      await served.flush()
      return (await other.getOperation(inside)).lease_owner !== null
    },
    { what: 'the node to be known to the others' },
  )
  await served.stop()
  await waitFor(async () => (await other.getOperation(inside)).status === 'failed', { what: 'the recovery' })
  await other.updateProgress(outside, { processed_items: 2 }, { durability: 'await' })
  expect(await other.getOperation(outside)).toMatchObject({ status: 'in_progress', processed_items: 2 })
})
