import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { createTestDatabase, waitFor } from '@syncwatch/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { packedProject, typeCheck } from '../support/packed-project.ts'

type Client = typeof import('@syncwatch/client')

/** The example as a process of its own. */
async function startServer(project: string, databaseUrl: string): Promise<{ url: string; process: ChildProcess }> {
  const server = spawn(process.execPath, ['server.ts'], {
    cwd: project,
    env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void server.kill('SIGKILL'))
  const lines = createInterface({ input: server.stdout })
  const [url] = (await Promise.race([
    once(lines, 'line'),
    once(server, 'exit').then(([code]) => Promise.reject(new Error(`The server ended with ${code}.`))),
  ])) as [string]
  return { url, process: server }
}

test('an Express application shows its own work live, from the packed packages', { timeout: 300_000 }, async () => {
  const project = await packedProject('express')
  await typeCheck(project)
  const database = await createTestDatabase({ migrate: 'none' })
  onTestFinished(() => database.drop())
  const server = await startServer(project, database.url)

  const entry = pathToFileURL(join(project, 'node_modules/@syncwatch/client/dist/index.js')).href
  const { createSyncClient, selectIsConnected } = (await import(/* @vite-ignore */ entry)) as Client
  const client = createSyncClient({ url: server.url })
  onTestFinished(() => client.stop())
  const seen: [string, number | null][] = []
  client.subscribe(() => {
    for (const { status, progress } of Object.values(client.getState().operations)) {
      const last = seen.at(-1)
      if (last?.[0] !== status || last[1] !== progress) seen.push([status, progress])
    }
  })
  client.start()
  await waitFor(() => selectIsConnected(client.getState()) && client.getState().isLoaded, { what: 'the live state' })

  // Over HTTP, step by step, each seen live before the next.
  const created = await client.http.operations.create({ operation_type: 'upload', total_items: 10 })
  await waitFor(() => seen.some(([status]) => status === 'pending'), { what: 'the created operation' })
  await client.http.operations.progress(created.id, { progress: 50, processed_items: 5, message: 'Half of it' })
  await waitFor(() => seen.some(([, progress]) => progress === 50), { what: 'its progress' })
  await client.http.operations.complete(created.id, { status: 'completed' })
  await waitFor(() => seen.some(([status]) => status === 'completed'), { what: 'its end' })
  expect(seen).toEqual([
    ['pending', 0],
    ['in_progress', 50],
    ['completed', 100],
  ])

  // The application's own route, behind its own body parser.
  const body = JSON.stringify({ names: ['a.jpg', 'b.jpg', 'c.jpg'] })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${server.url}/import`, { method: 'POST', headers, body })
  expect(answer.status).toBe(202)
  const { operation } = (await answer.json()) as { operation: string }
  const ended = await waitFor(
    () => client.getState().endedIds.includes(operation) && client.getState().operations[operation],
    {
      what: 'the end of the import',
    },
  )
  expect(ended).toMatchObject({ status: 'completed', processed_items: 3, triggered_by: 'import' })
  const repeated = { ...headers, 'idempotency-key': 'once' }
  const post = () =>
    fetch(`${server.url}/api/v1/operations`, { method: 'POST', headers: repeated, body: '{"operation_type":"delete"}' })
  const [first, second] = [await (await post()).json(), await (await post()).json()]
  expect(second).toEqual(first)

  // Foreign pages and hosts are refused.
  const foreign = await fetch(`${server.url}/api/v1/operations`, {
    method: 'POST',
    headers: { ...headers, origin: 'https://evil.example' },
    body: '{}',
  })
  expect(foreign.status).toBe(403)

  server.process.kill('SIGTERM')
  const [code] = await once(server.process, 'exit')
  expect(code).toBe(0)
})
