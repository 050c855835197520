import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { waitFor } from '@syncwatch/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { type Bench, openBench, receiver } from './support.ts'

/** Starting a process takes as long as the machine lets it; nothing is measured by it. */
const STARTING = { timeout: 120_000 }

const NODE = fileURLToPath(new URL('node-process.ts', import.meta.url))

async function startNode(bench: Bench, manner: 'delivers' | 'only commits') {
  const args = ['--conditions=@syncwatch/source', NODE, bench.database.url, manner]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  return { operationId: chunk.toString().trim(), kill }
}

test('what a process committed and did not send before a kill -9 is sent by the next one', STARTING, async () => {
  const bench = await openBench()
  const { url, received } = await receiver()
  await bench.endpoints.add({ url })
  const { operationId, kill } = await startNode(bench, 'only commits')
  await kill()
  expect(received).toEqual([])
  bench.dispatcher().start()
  await waitFor(() => received.length === 1, { what: 'the message' })
  expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({ data: { operation_id: operationId } })
})

test('what a process was just sending when it was killed is sent again, under the same id', STARTING, async () => {
  const bench = await openBench()
  let isAnswering = false
  const { url, received } = await receiver((response) => {
    if (isAnswering) response.writeHead(204).end()
  })
  await bench.endpoints.add({ url })
  const { kill } = await startNode(bench, 'delivers')
  await waitFor(() => received.length === 1, { what: 'the request that is never answered', timeoutMs: 60_000 })
  await kill()
  isAnswering = true
  bench.dispatcher().start()
  await waitFor(() => received.length === 2, { what: 'the second request' })
  await waitFor(async () => (await bench.all())[0]?.state === 'delivered', { what: 'the delivery' })
  const [first, second] = received
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
  expect(second?.body).toBe(first?.body)
  expect((await bench.all())[0]).toMatchObject({ attempts: 2 })
})
