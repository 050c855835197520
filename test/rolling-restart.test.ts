import type { OperationRow } from '@syncwatch/core'
import { createSyncStatusManager, type SyncStatusManager } from '@syncwatch/status-manager'
import { createTestDatabase, makeTempFolder, type TempFolder, type TestDatabase, waitFor } from '@syncwatch/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hasNginx, Nginx } from './support/nginx.ts'
import { freePort, ServerProcess } from './support/server-process.ts'
import { type SeenStates, WatchedClient } from './support/watched-client.ts'

const VIEWERS = 20
const EVENT_VIEWERS = 4
const OPERATIONS = 12

let database: TestDatabase
let data: TempFolder
let ports: readonly number[]
let nodes: ServerProcess[]
let nginx: Nginx
let viewers: WatchedClient[] = []

beforeAll(async () => {
  if (!hasNginx) return
  database = await createTestDatabase({ migrate: 'none' })
  data = await makeTempFolder('data')
  ports = [await freePort(), await freePort()]
  nodes = []
  // The second finds the tables made.
  for (const place of [0, 1]) nodes[place] = await startNode(place)
  nginx = await Nginx.start(nodes.map(({ url }) => url))
}, 180_000)

afterAll(async () => {
  for (const viewer of viewers) viewer.stop()
  await nginx?.stop()
  await Promise.all((nodes ?? []).map((node) => node.end('SIGTERM')))
  await data?.remove()
  await database?.drop()
}, 60_000)

async function startNode(place: number): Promise<ServerProcess> {
  const node = new ServerProcess(['--data', data.path], ports[place] as number, { DATABASE_URL: database.url })
  await node.ready()
  return node
}

test.skipIf(!hasNginx)(
  'nobody is shown anything untrue while two nodes behind nginx are restarted under load (skipped without nginx)',
  async () => {
    const seen: SeenStates = new Map()
    viewers = Array.from(
      { length: VIEWERS + EVENT_VIEWERS },
      (_, index) => new WatchedClient(nginx.url, `viewer-${index}`, seen, index < VIEWERS ? {} : { WebSocket: null }),
    )
    for (const { client } of viewers)
      await waitFor(() => client.getState().isLoaded, { what: 'the first snapshot', timeoutMs: 20_000 })

    const worker = new Worker(database.url)
    const working = worker.run()
    for (const place of [0, 1]) {
      await worker.changes(200)
      await nodes[place]?.end('SIGTERM')
      await worker.changes(200)
      nodes[place] = await startNode(place)
      await everybodyIsBack()
    }
    await worker.changes(200)
    worker.stop()
    const ids = await working

    const { rows } = await database.pool.query<OperationRow>(
      `SELECT id, rev::int AS rev, status, processed_items FROM sync_operations WHERE id = ANY ($1)`,
      [ids.slice(-100)],
    )
    for (const viewer of viewers)
      for (const { id, rev, status } of rows)
        await waitFor(() => viewer.row(id)?.rev === rev && viewer.row(id)?.status === status, {
          what: `operation ${id} at ${viewer.client.clientId} to be ${status}, rev ${rev}`,
          timeoutMs: 20_000,
        })
    expect(viewers.flatMap(({ untrue }) => untrue)).toEqual([])
    // Each of them sat on a node that went away, one of the two times at least.
    expect(Math.min(...viewers.map(({ losses }) => losses))).toBeGreaterThan(0)
  },
  240_000,
)

async function everybodyIsBack(): Promise<void> {
  for (const { client } of viewers)
    await waitFor(() => client.getState().connection.status === 'connected', {
      what: `${client.clientId} to be back`,
      timeoutMs: 40_000,
    })
}

/** Some other process of the host that works on operations all the while, straight on the database. */
class Worker {
  readonly #manager: SyncStatusManager
  #changed = 0
  #isStopped = false

  constructor(databaseUrl: string) {
    this.#manager = createSyncStatusManager({ databaseUrl })
  }

  /** Works until `stop`, then ends what is open. Gives the ids of all its operations. */
  async run(): Promise<string[]> {
    const ids: string[] = []
    const lanes = Array.from({ length: OPERATIONS }, async (_, lane) => {
      while (!this.#isStopped) ids.push(await this.#one(lane))
    })
    await Promise.all(lanes)
    await this.#manager.stop()
    return ids
  }

  stop(): void {
    this.#isStopped = true
  }

  /** Resolves after so many more changes. */
  async changes(count: number): Promise<void> {
    const goal = this.#changed + count
    await waitFor(() => this.#changed >= goal, { what: `${count} changes`, timeoutMs: 60_000 })
  }

  async #one(lane: number): Promise<string> {
    const steps = 20 + lane * 5
    const id = await this.#manager.createSyncOperation({ operation_type: 'upload', total_items: steps })
    for (let step = 1; step < steps && !this.#isStopped; step += 1) {
      await this.#manager.updateSyncProgress(id, null, step, 0, `step ${step}`)
      this.#changed += 1
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    await this.#manager.completeSyncOperation(id, lane % 3 === 0 ? 'failed' : 'completed')
    return id
  }
}
