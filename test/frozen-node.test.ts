import { randomBytes } from 'node:crypto'
import { readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSyncClient, type SyncClient } from '@syncwatch/client'
import type { ConnectionRow, OperationRow, StoreSummary } from '@syncwatch/core'
import {
  createTestDatabase,
  makeTempFolder,
  TcpProxy,
  type TempFolder,
  type TestDatabase,
  waitFor,
} from '@syncwatch/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort, ServerProcess } from './support/server-process.ts'

/** So large that only a few are under way at once: eight for each of the eight that a run works on. */
const FILE_BYTES = 1024 * 1024
const UNDER_WAY = 64
const FILES = 320
const TAKEN_OVER_WITHIN_MS = 90_000

/** A server, its own way to the database, and somebody who watches it. */
interface Node {
  readonly server: ServerProcess
  readonly way: TcpProxy
  readonly viewer: SyncClient
}

let database: TestDatabase
let from: TempFolder
let to: TempFolder
let data: TempFolder
const nodes: Node[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  from = await makeTempFolder('from')
  to = await makeTempFolder('to')
  data = await makeTempFolder('data')
  const rested = new Date(Date.now() - 60_000)
  for (let index = 0; index < FILES; index += 1) {
    const path = join(from.path, `${String(index).padStart(3, '0')}.bin`)
    await writeFile(path, randomBytes(FILE_BYTES))
    await utimes(path, rested, rested)
  }
  const { hostname, port } = new URL(database.url)
  for (const name of ['a', 'b']) {
    const way = await TcpProxy.start({ host: hostname, port: Number(port) })
    const env = { DATABASE_URL: way.rewrite(database.url) }
    const server = new ServerProcess(['--data', data.path], await freePort(), env)
    await server.ready()
    const viewer = createSyncClient({ url: server.url, clientId: `viewer-${name}` })
    viewer.start()
    nodes.push({ server, way, viewer })
  }
}, 180_000)

afterAll(async () => {
  for (const { viewer } of nodes) viewer.stop()
  await Promise.all(nodes.map(({ server }) => server.end('SIGKILL')))
  await Promise.all(nodes.map(({ way }) => way.close()))
  for (const folder of [from, to, data]) await folder?.remove()
  await database?.drop()
})

it('a node that is frozen while it writes to a folder, and woken when another has done its work, begins nothing more there', async () => {
  const source = await connect(nodeAt(0), 'from', from.path)
  await ended(await post<OperationRow>(nodeAt(0), `/api/v1/stores/${source.id}/sync`, {}), nodeAt(0))
  const store = await connect(nodeAt(0), 'to', to.path)
  const { id } = await post<OperationRow>(nodeAt(0), `/api/v1/stores/${store.id}/sync`, {})

  const { lease_owner, attempt } = await waitFor(
    async () => {
      const row = await nodeAt(0).server.json<OperationRow>(`/api/v1/operations/${id}`)
      return row.lease_owner === null ? null : row
    },
    { what: 'somebody to take the run up', timeoutMs: 30_000, intervalMs: 5 },
  )
  const frozen = await nodeOf(lease_owner)
  const other = nodes.find((node) => node !== frozen) as Node
  // It goes on in steps, so that it is seen to have begun before it can have ended.
  await waitFor(
    async () => {
      frozen.server.signal('SIGSTOP')
      if ((await filesIn(to)).length > 0) return true
      frozen.server.signal('SIGCONT')
      return false
    },
    { what: 'it to write', timeoutMs: 60_000, intervalMs: 10 },
  )
  // It is not told that it has lost its run: nothing but its own clock can keep it from going on.
  frozen.way.silence()
  // What makes the test one: far more is left to be written than was under way.
  expect(FILES - (await filesIn(to)).length).toBeGreaterThan(3 * UNDER_WAY)

  await waitFor(
    async () => {
      const row = await other.server.json<OperationRow>(`/api/v1/operations/${id}`)
      return row.status === 'completed' && row.attempt > attempt
    },
    { what: 'the other node to finish the run', timeoutMs: TAKEN_OVER_WITHIN_MS, intervalMs: 100 },
  )
  expect(await filesIn(to)).toHaveLength(FILES)
  // The folder is a person's again: what comes into it now comes from the node that wakes.
  for (const file of await filesIn(to)) await rm(join(to.path, file))

  frozen.server.signal('SIGCONT')
  await waitFor(async () => (await fetch(`${frozen.server.url}/healthz`)).ok, { what: 'it to wake', timeoutMs: 30_000 })
  await untilAtRest(to)
  expect((await filesIn(to)).length).toBeLessThanOrEqual(UNDER_WAY)

  // With the database back it learns what became of its run, and lives on.
  await frozen.way.restore()
  await frozen.server.ready()
  const row = await frozen.server.json<OperationRow>(`/api/v1/operations/${id}`)
  expect(row).toMatchObject({ status: 'completed', attempt: attempt + 1 })
}, 240_000)

function nodeAt(index: number): Node {
  const node = nodes[index]
  if (node === undefined) throw new Error('There is no such node.')
  return node
}

/** A store that nobody syncs but by hand. */
async function connect(node: Node, name: string, location: string): Promise<StoreSummary> {
  const store = await post<StoreSummary>(node, '/api/v1/stores', { name, kind: 'folder', location })
  await send(node, 'PATCH', `/api/v1/stores/${store.id}`, { paused: true })
  return store
}

async function ended({ id }: OperationRow, { server }: Node): Promise<void> {
  await waitFor(async () => (await server.json<OperationRow>(`/api/v1/operations/${id}`)).status === 'completed', {
    what: 'the end of the run',
    timeoutMs: 60_000,
    intervalMs: 50,
  })
}

async function nodeOf(leaseOwner: string | null): Promise<Node> {
  const { client_id } = await waitFor(
    async () => {
      const { items } = await nodeAt(0).server.json<{ items: ConnectionRow[] }>('/api/v1/connections')
      return items.find((row) => row.node_id === leaseOwner && row.client_id.startsWith('viewer-'))
    },
    { what: `a connection of node ${leaseOwner}`, intervalMs: 5 },
  )
  return nodes.find(({ viewer }) => viewer.clientId === client_id) as Node
}

async function filesIn(folder: TempFolder): Promise<string[]> {
  return (await readdir(folder.path)).filter((name) => !name.startsWith('.')).sort()
}

/** Until the folder has stayed as it is for two seconds: longer than it takes to write all that is left. */
async function untilAtRest(folder: TempFolder): Promise<void> {
  let [last, since] = ['', performance.now()]
  await waitFor(
    async () => {
      const now = (await filesIn(folder)).join()
      if (now !== last) [last, since] = [now, performance.now()]
      return performance.now() - since > 2_000
    },
    { what: 'the folder to be at rest', timeoutMs: 30_000, intervalMs: 50 },
  )
}

function post<Answer>(node: Node, path: string, body: unknown): Promise<Answer> {
  return send(node, 'POST', path, body)
}

async function send<Answer>({ server }: Node, method: string, path: string, body: unknown): Promise<Answer> {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as Answer
}
