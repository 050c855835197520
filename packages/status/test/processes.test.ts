import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { waitFor } from '@syncwatch/testkit'
import { expect, test } from 'vitest'
import { afterTest, openBench, QUICK } from './support.ts'

const WORKER = fileURLToPath(new URL('worker-process.ts', import.meta.url))

async function startWorker(databaseUrl: string): Promise<{ child: ChildProcess; id: string }> {
  const child = spawn(
    process.execPath,
    ['--conditions=@syncwatch/source', WORKER, databaseUrl, JSON.stringify(QUICK)],
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
