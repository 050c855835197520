import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { OperationId, StoreId } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import { StoreCatalog } from '@syncwatch/sync'
import {
  createTestDatabase,
  makeTempFolder,
  TcpProxy,
  type TempFolder,
  type TestDatabase,
  waitFor,
} from '@syncwatch/testkit'
import { PgBoss } from 'pg-boss'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { GatedReads } from './support/gated-reads.ts'
import { type SyncNode, startSyncNode } from './support/sync-node.ts'

let database: TestDatabase
let temp: TempFolder
let nodes: SyncNode[]
let children: ChildProcess[]
let storeId: StoreId

beforeEach(async () => {
  database = await createTestDatabase()
  temp = await makeTempFolder('jobs')
  nodes = []
  children = []
  await mkdir(join(temp.path, 'photos'))
  const store = await new StoreCatalog(database.pool).create({
    name: 'photos',
    kind: 'folder',
    location: join(temp.path, 'photos'),
  })
  storeId = store.id
})

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  for (const node of nodes) await node.stop()
  await database.drop()
  await temp.remove()
})

async function files(count: number): Promise<void> {
  for (let index = 0; index < count; index++)
    await writeFile(join(temp.path, 'photos', `${index}.txt`), `content ${index}`)
}

async function node(reads = new GatedReads(), concurrency = 2): Promise<SyncNode> {
  const started = await startSyncNode({ ...nodeOptions(), reads, concurrency })
  nodes.push(started)
  return started
}

function nodeOptions() {
  return { url: database.url, vaultRoot: join(temp.path, 'vault') }
}

/** A node in a process of its own, which stops in the middle of a run. */
async function nodeProcess(reads: number): Promise<ChildProcess> {
  const script = join(import.meta.dirname, 'support/sync-process.ts')
  const child = spawn(
    process.execPath,
    ['--conditions=@syncwatch/source', script, database.url, join(temp.path, 'vault'), String(reads)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  children.push(child)
  await once(child.stdout as NonNullable<typeof child.stdout>, 'data')
  return child
}

interface Operation {
  status: string
  attempt: number
  processed_items: number
  total_items: number | null
  progress: number | null
  store_id: string
  error_details: { code?: string } | null
}

async function operation(id: OperationId): Promise<Operation> {
  const [row] = await query<Operation & Record<string, unknown>>(
    database.pool,
    'SELECT * FROM sync_operations WHERE id = $1',
    [id],
  )
  if (row === undefined) throw new Error('no such operation')
  return row
}

async function ended(id: OperationId, timeoutMs = 20_000): Promise<Operation> {
  await waitFor(async () => ['completed', 'failed', 'cancelled'].includes((await operation(id)).status), {
    what: 'the operation to end',
    timeoutMs,
  })
  return operation(id)
}

async function assets(): Promise<number> {
  const [row] = await query<{ count: number }>(database.pool, 'SELECT count(*) FROM syncwatch.media_assets')
  return row?.count ?? 0
}

test('a sync runs as a job and shows its items, and a second request joins it', async () => {
  await files(30)
  const reads = new GatedReads().close()
  const { jobs, status } = await node(reads)
  const id = await jobs.enqueueSync(storeId, { triggered_by: 'tester', source: 'manual' })
  await reads.waiting()
  expect(await jobs.enqueueSync(storeId)).toBe(id)
  reads.open()
  expect(await ended(id)).toMatchObject({
    status: 'completed',
    attempt: 1,
    progress: 100,
    processed_items: 30,
    total_items: 30,
    store_id: storeId,
  })
  expect((await status.listItems(id, { limit: 100 })).items).toHaveLength(30)
  expect(await assets()).toBe(30)
  const next = await jobs.enqueueSync(storeId)
  expect(next).not.toBe(id)
  expect(await ended(next)).toMatchObject({ status: 'completed', processed_items: 30, total_items: 30 })
  await expect(jobs.enqueueSync('00000000-0000-7000-8000-000000000000' as StoreId)).rejects.toMatchObject({
    code: 'store_not_found',
  })
})

test('what nobody asked for is not begun on a store that is paused by then', async () => {
  const { jobs, status } = await node()
  const catalog = new StoreCatalog(database.pool)
  const first = await jobs.enqueueUnlessPaused(storeId, { triggered_by: 'watch', source: 'scheduled' })
  expect(await ended(first as OperationId)).toMatchObject({ status: 'completed', triggered_by: 'watch' })
  await query(database.pool, 'UPDATE syncwatch.stores SET is_paused = true WHERE id = $1', [storeId])
  expect((await catalog.get(storeId)).state).toBe('paused')
  expect(await jobs.enqueueUnlessPaused(storeId)).toBeNull()
  expect((await status.listOperations({ store_id: [storeId] })).items).toHaveLength(1)
  expect(await ended(await jobs.enqueueSync(storeId)), 'asked for it is run').toMatchObject({ status: 'completed' })
})

test('of ten requests at once on two nodes one operation comes', async () => {
  await files(5)
  const reads = new GatedReads().close()
  const [first, second] = [await node(reads), await node(reads)]
  const ids = await Promise.all(
    Array.from({ length: 10 }, (_, index) => (index % 2 ? first : second).jobs.enqueueSync(storeId)),
  )
  expect(new Set(ids).size).toBe(1)
  reads.open()
  expect(await ended(ids[0] as OperationId)).toMatchObject({ status: 'completed' })
  const [row] = await query<{ count: number }>(database.pool, 'SELECT count(*) FROM sync_operations')
  expect(row?.count).toBe(1)
})

test('killed with -9, another node takes the same operation over in under 30 s and ends it without duplicates', async () => {
  await files(300)
  const child = await nodeProcess(100)
  // This one only asks for the sync.
  const { jobs } = await node(new GatedReads(), 0)
  const id = await jobs.enqueueSync(storeId)
  await waitFor(async () => (await assets()) > 0 && (await operation(id)).attempt === 1, { what: 'the first imports' })
  child.kill('SIGKILL')
  await once(child, 'exit')
  const killedAt = performance.now()
  expect((await operation(id)).status).toBe('in_progress')
  expect(await assets()).toBeLessThan(300)
  await node()
  await waitFor(async () => (await operation(id)).attempt === 2, { what: 'the takeover', timeoutMs: 30_000 })
  const takeover = performance.now() - killedAt
  expect(await ended(id)).toMatchObject({ status: 'completed', attempt: 2, processed_items: 300, total_items: 300 })
  expect(takeover).toBeLessThan(30_000)
  process.stdout.write(`takeover after ${Math.round(takeover)} ms\n`)
  expect(await assets()).toBe(300)
  const contents = await readdir(join(temp.path, 'vault/content'), { recursive: true, withFileTypes: true })
  expect(contents.filter((entry) => entry.isFile())).toHaveLength(300)
}, 90_000)

test('killed with -9 and started again as the only node, it goes on at once', async () => {
  await files(300)
  const child = await nodeProcess(100)
  const { jobs } = await node(new GatedReads(), 0)
  const id = await jobs.enqueueSync(storeId)
  await waitFor(async () => (await assets()) > 0, { what: 'the first imports' })
  child.kill('SIGKILL')
  await once(child, 'exit')
  nodes.push(await startSyncNode({ ...nodeOptions(), soleNode: true }))
  await waitFor(async () => (await operation(id)).attempt === 2, { what: 'the takeover', timeoutMs: 5_000 })
  expect(await ended(id)).toMatchObject({ status: 'completed', attempt: 2 })
  expect(await assets()).toBe(300)
}, 60_000)

test('with the database away for a while, the sync goes on when it is back', async () => {
  await files(300)
  const { hostname: host, port } = new URL(database.url)
  const proxy = await TcpProxy.start({ host, port: Number(port) })
  const reads = new GatedReads().close(100)
  const worker = await startSyncNode({ ...nodeOptions(), url: proxy.rewrite(database.url), reads })
  nodes.push(worker)
  const id = await worker.jobs.enqueueSync(storeId)
  await waitFor(async () => (await assets()) > 0, { what: 'the first imports' })
  await proxy.refuse()
  reads.open()
  await waitFor(() => worker.errors.length > 0, { what: 'the node to notice' })
  await proxy.restore()
  expect(await ended(id, 60_000)).toMatchObject({ status: 'completed' })
  expect(await assets()).toBe(300)
  nodes = nodes.filter((each) => each !== worker)
  await worker.stop()
  await proxy.close()
}, 120_000)

test('cancelled from another node, it stops within a second or so and is not taken up again', async () => {
  await files(400)
  const reads = new GatedReads().close(100)
  const [worker, other] = [await node(reads), await node(reads)]
  const id = await worker.jobs.enqueueSync(storeId)
  await waitFor(async () => (await assets()) > 0, { what: 'the first imports' })
  const before = performance.now()
  await other.status.cancelSyncOperation(id)
  expect(await ended(id)).toMatchObject({ status: 'cancelled', attempt: 1 })
  expect(performance.now() - before).toBeLessThan(2_000)
  expect(await assets()).toBeLessThan(400)
})

test('an orderly stop lets go of the sync, and the next node goes on with it at once', async () => {
  await files(200)
  const first = await node(new GatedReads().close(50))
  const id = await first.jobs.enqueueSync(storeId)
  await waitFor(async () => (await assets()) > 0, { what: 'the first imports' })
  nodes = []
  await first.stop()
  expect((await operation(id)).status).toBe('in_progress')
  await node()
  expect(await ended(id)).toMatchObject({ status: 'completed', attempt: 2 })
  expect(await assets()).toBe(200)
})

test('an operation that was interrupted too often ends as orphaned', async () => {
  const { status } = await node()
  const id = await status.createSyncOperation({ operation_type: 'full_sync', store_id: storeId })
  const boss = new PgBoss({
    connectionString: database.url,
    schema: 'syncwatch_jobs',
    supervise: false,
    schedule: false,
  })
  await boss.start()
  await boss.send('sync-abandoned', { operation_id: id, store_id: storeId })
  await boss.stop({ graceful: false })
  expect(await ended(id)).toMatchObject({ status: 'failed', error_details: { code: 'orphaned' } })
})
