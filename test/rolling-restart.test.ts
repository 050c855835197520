import type { Browser, Page } from '@playwright/test'
import type { OperationRow } from '@syncwatch/core'
import {
  createTestDatabase,
  launchBrowser,
  makeTempFolder,
  type TempFolder,
  type TestDatabase,
  waitFor,
} from '@syncwatch/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { neverCommitted, recordStates, vanishedFromView } from './support/committed-states.ts'
import { hasNginx, Nginx } from './support/nginx.ts'
import { judgeLooks, keepLooking } from './support/panel-witness.ts'
import { freePort, ServerProcess } from './support/server-process.ts'
import { SteadyWorker } from './support/steady-worker.ts'
import { type SeenStates, WatchedClient } from './support/watched-client.ts'

const VIEWERS = 20
const EVENT_VIEWERS = 4
const OPERATIONS = 12
/** First as a deploy does it, node by node, then as a machine fails: nothing is flushed and nobody is sent away. */
const ENDS = [
  [0, 'SIGTERM'],
  [1, 'SIGTERM'],
  [0, 'SIGKILL'],
] as const

let database: TestDatabase
let data: TempFolder
let ports: readonly number[]
let nodes: ServerProcess[]
let nginx: Nginx
let viewers: WatchedClient[] = []
let browser: Browser

beforeAll(async () => {
  if (!hasNginx) return
  database = await createTestDatabase({ migrate: 'none' })
  data = await makeTempFolder('data')
  ports = [await freePort(), await freePort()]
  nodes = []
  // The second finds the tables made.
  for (const place of [0, 1]) nodes[place] = await startNode(place)
  await recordStates(database.pool)
  nginx = await Nginx.start(nodes.map(({ url }) => url))
  browser = await launchBrowser()
}, 180_000)

afterAll(async () => {
  for (const viewer of viewers) viewer.stop()
  await browser?.close()
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
  'nobody, the panel kept open included, is shown anything untrue while two nodes behind nginx are restarted under load, in order and by kill -9 (skipped without nginx)',
  async () => {
    const seen: SeenStates = new Map()
    viewers = Array.from(
      { length: VIEWERS + EVENT_VIEWERS },
      (_, index) => new WatchedClient(nginx.url, `viewer-${index}`, seen, index < VIEWERS ? {} : { WebSocket: null }),
    )
    for (const { client } of viewers)
      await waitFor(() => client.getState().isLoaded, { what: 'the first snapshot', timeoutMs: 20_000 })

    const { page, opened } = await openPanel()

    const worker = new SteadyWorker(database.url, OPERATIONS)
    const working = worker.run()
    for (const [place, signal] of ENDS) {
      await worker.changes(200)
      const losses = allLosses()
      await nodes[place]?.end(signal)
      await worker.changes(200)
      nodes[place] = await startNode(place)
      await everybodyIsBack()
      expect(allLosses(), `somebody sat on the node that got ${signal}`).toBeGreaterThan(losses)
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
    const gone = viewers.flatMap(({ vanished }) => vanished)
    expect(await vanishedFromView(database.pool, gone)).toEqual([])
    console.log(`${ids.length} operations, ${gone.length} out of view before their end was shown`)
    expect(await neverCommitted(database.pool, seen)).toEqual([])
    expect(seen.size).toBeGreaterThan(ids.length)
    // Each of them sat on a node that went away, one of the times at least.
    expect(Math.min(...viewers.map(({ losses }) => losses))).toBeGreaterThan(0)

    await endsShown(page, ids.slice(-20))
    const { untrue, states } = await judgeLooks(page, database.pool)
    expect(untrue).toEqual([])
    // It saw operations move, and had to come back as well.
    expect([states > ids.length, opened.count > 1]).toEqual([true, true])
  },
  240_000,
)

function allLosses(): number {
  return viewers.reduce((sum, { losses }) => sum + losses, 0)
}

async function everybodyIsBack(): Promise<void> {
  for (const { client } of viewers)
    await waitFor(() => client.getState().connection.status === 'connected', {
      what: `${client.clientId} to be back`,
      timeoutMs: 40_000,
    })
}

/** The list of operations in a real browser, kept open. `opened` counts the sockets that it opened to follow. */
async function openPanel(): Promise<{ page: Page; opened: { count: number } }> {
  const page = await browser.newPage()
  const opened = { count: 0 }
  page.on('websocket', () => {
    opened.count += 1
  })
  await page.goto(`${nginx.url}/operations`)
  await page.waitForSelector('main[data-live=true]')
  await keepLooking(page)
  return { page, opened }
}

/** The page ends as the database has it. */
async function endsShown(page: Page, ids: readonly string[]): Promise<void> {
  for (const id of ids)
    await page.waitForSelector(`a[data-operation="${id}"]:is([data-status=completed], [data-status=failed])`, {
      timeout: 20_000,
    })
  await page.waitForSelector('main[data-live=true]')
}
