import { createSyncClient, type SyncClient } from '@syncwatch/client'
import type { ConnectionRow, OperationRow, StoreSummary } from '@syncwatch/core'
import {
  createTestDatabase,
  HeldDdl,
  makeTempFolder,
  type TempFolder,
  type TestDatabase,
  waitFor,
} from '@syncwatch/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makePhotographs } from './support/photographs.ts'
import { freePort, ServerProcess } from './support/server-process.ts'

const PHOTOGRAPHS = 300
const TAKEN_OVER_WITHIN_MS = 30_000

let database: TestDatabase
let folder: TempFolder
let data: TempFolder
let nodes: Record<'a' | 'b', ServerProcess>
let viewers: Record<'a' | 'b', SyncClient>

beforeAll(async () => {
  database = await createTestDatabase({ migrate: 'none' })
  folder = await makeTempFolder('photographs')
  data = await makeTempFolder('data')
  await makePhotographs(folder.path, PHOTOGRAPHS)
  const env = { DATABASE_URL: database.url }
  // Both at once on an empty database: they take turns at the migrations, and are made to meet at the last tables they make.
  await using held = await HeldDdl.begin(database.pool, 'CREATE SCHEMA syncwatch_jobs')
  nodes = {
    a: new ServerProcess(['--data', data.path], await freePort(), env),
    b: new ServerProcess(['--data', data.path], await freePort(), env),
  }
  const ready = Promise.all([nodes.a.ready(), nodes.b.ready()])
  // A node that ended rejects `ready` with its output, which says more than that it does not wait.
  await Promise.race([held.untilWaiting(2, 60_000), ready])
  await held.release()
  await ready
  viewers = {
    a: createSyncClient({ url: nodes.a.url, clientId: 'viewer-a' }),
    b: createSyncClient({ url: nodes.b.url, clientId: 'viewer-b' }),
  }
  viewers.a.start()
  viewers.b.start()
}, 120_000)

afterAll(async () => {
  viewers?.a.stop()
  viewers?.b.stop()
  await Promise.all([nodes?.a.end('SIGTERM'), nodes?.b.end('SIGTERM')])
  await folder?.remove()
  await data?.remove()
  await database?.drop()
})

it('a client of either node sees the operations of both', async () => {
  const [onA, onB] = await Promise.all([
    viewers.a.http.operations.create({ operation_type: 'upload', total_items: 10, triggered_by: 'a' }),
    viewers.b.http.operations.create({ operation_type: 'update', total_items: 10, triggered_by: 'b' }),
  ])
  await viewers.a.http.operations.progress(onA.id, { processed_items: 4 })
  await viewers.b.http.operations.progress(onB.id, { processed_items: 7 })
  for (const viewer of [viewers.a, viewers.b]) {
    await seen(viewer, onA.id, (row) => row.progress === 40)
    await seen(viewer, onB.id, (row) => row.progress === 70)
  }
  await viewers.b.http.operations.complete(onA.id, { status: 'completed' })
  await viewers.a.http.operations.complete(onB.id, { status: 'completed' })
  for (const viewer of [viewers.a, viewers.b]) {
    await seen(viewer, onA.id, (row) => row.status === 'completed')
    await seen(viewer, onB.id, (row) => row.status === 'completed')
  }
}, 30_000)

it('when the node that works is killed, the other goes on with its run in under 30 s', async () => {
  const store = await post<StoreSummary>(nodes.a, '/api/v1/stores', {
    name: 'photographs',
    kind: 'folder',
    location: folder.path,
  })
  const { id } = await post<OperationRow>(nodes.a, `/api/v1/stores/${store.id}/sync`, {})
  const working = await waitFor(
    async () => {
      const row = await nodes.a.json<OperationRow>(`/api/v1/operations/${id}`)
      return row.status === 'in_progress' && row.processed_items > 0 ? row : null
    },
    { what: 'the run to be under way', timeoutMs: 30_000, intervalMs: 20 },
  )
  const name = await nodeOf(working.lease_owner)
  const survivor = name === 'a' ? 'b' : 'a'
  await nodes[name].end('SIGKILL')
  const killedAt = performance.now()
  await seen(viewers[survivor], id, (row) => row.attempt > working.attempt && row.status !== 'pending')
  expect(performance.now() - killedAt).toBeLessThan(TAKEN_OVER_WITHIN_MS)
  const ended = await seen(viewers[survivor], id, (row) => row.status === 'completed', 90_000)
  expect(ended.processed_items + ended.failed_items).toBeGreaterThan(0)
  const { rows } = await database.pool.query(
    'SELECT count(*)::int AS all, count(DISTINCT key)::int AS keys FROM syncwatch.media_assets',
  )
  expect(rows[0]).toEqual({ all: PHOTOGRAPHS, keys: PHOTOGRAPHS })
}, 180_000)

/** Which of our two processes a lease belongs to: each client's connection names the node that holds it. */
async function nodeOf(leaseOwner: string | null): Promise<'a' | 'b'> {
  const owner = await waitFor(
    async () => {
      const { items } = await nodes.a.json<{ items: ConnectionRow[] }>('/api/v1/connections')
      return items.find((row) => row.node_id === leaseOwner && row.client_id.startsWith('viewer-'))
    },
    { what: `a connection of node ${leaseOwner}`, intervalMs: 20 },
  )
  return owner.client_id === 'viewer-a' ? 'a' : 'b'
}

async function seen(
  viewer: SyncClient,
  id: string,
  holds: (row: OperationRow) => boolean,
  timeoutMs = TAKEN_OVER_WITHIN_MS,
): Promise<OperationRow> {
  return await waitFor(
    () => {
      const row = viewer.getState().operations[id]
      return row && holds(row) ? row : null
    },
    { what: `operation ${id} at ${viewer.clientId}`, timeoutMs, intervalMs: 20 },
  )
}

async function post<Answer>(node: ServerProcess, path: string, body: unknown): Promise<Answer> {
  const answer = await fetch(`${node.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as Answer
}
