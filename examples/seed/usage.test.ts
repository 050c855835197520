import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createTestDatabase, waitFor } from '@syncwatch/testkit'
import type { ComponentType } from 'react'
import { rolldown } from 'rolldown'
import { expect, onTestFinished, test } from 'vitest'
import { packedProject, typeCheck } from '../support/packed-project.ts'
import { exampleOf, fileOf, USAGES } from './usages.ts'

const page = await readFile(new URL('./fixtures/usage-examples.md', import.meta.url), 'utf8')

/** Puts each example into the project, as it is written. */
async function writeUsages(project: string): Promise<void> {
  await mkdir(join(project, 'usage'))
  for (const usage of USAGES) {
    const example = exampleOf(page, usage.heading)
    await writeFile(join(project, 'usage', usage.file), fileOf(usage, example))
  }
}

/** Bundles the example as an application's build does, with `@/` as the folder itself, and gives the way to load a part. */
async function buildExample(project: string) {
  const input = {
    manager: 'lib/syncStatusManager.ts',
    creating: 'usage/creating-sync-operations.ts',
    broadcasting: 'usage/broadcasting.ts',
    recovery: 'usage/connection-recovery.ts',
    indicators: 'usage/status-indicators.tsx',
    monitoring: 'usage/my-component.tsx',
    page: 'page.tsx',
  }
  const build = await rolldown({
    cwd: project,
    input,
    external: (id) => !/^[./\0]|^@\//.test(id) && !(id in input),
    resolve: { alias: { '@': project } },
    platform: 'node',
    transform: { jsx: 'react-jsx' },
    onLog: (level, log, handle) => {
      if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log)
    },
  })
  await build.write({ dir: join(project, 'out'), format: 'esm', entryFileNames: '[name].js' })
  await build.close()
}

interface Recovery {
  store: { getState: () => unknown }
  handleConnectionLoss: () => void
}

const load = <Module>(project: string, path: string) =>
  import(/* @vite-ignore */ pathToFileURL(join(project, path)).href) as Promise<Module>

test('every block of code on the page is one of the usages', () => {
  const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
  expect(headings).toEqual(USAGES.map(({ heading }) => heading))
  expect(page.match(/^```\w/gm)).toHaveLength(USAGES.length)
  for (const usage of USAGES) {
    const example = exampleOf(page, usage.heading)
    for (const piece of usage.around ? example.split('\n\n') : [example])
      expect(fileOf(usage, example)).toContain(piece)
  }
})

test('the usage examples run word for word, from the packed packages', { timeout: 300_000 }, async () => {
  const project = await packedProject('seed')
  await writeUsages(project)
  await typeCheck(project)
  await buildExample(project)
  const database = await createTestDatabase({ migrate: 'status' })
  onTestFinished(() => database.drop())
  process.env.DATABASE_URL = database.url
  onTestFinished(() => void delete process.env.DATABASE_URL)

  const library = await load<typeof import('@syncwatch/status')>(
    project,
    'node_modules/@syncwatch/status/dist/index.js',
  )
  const browser = await load<typeof import('@syncwatch/client')>(
    project,
    'node_modules/@syncwatch/client/dist/index.js',
  )
  const { SyncStatusManager: manager } = await load<typeof import('./lib/syncStatusManager.ts')>(
    project,
    'out/manager.js',
  )
  onTestFinished(() => manager.stop())
  const server = createServer()
  const realtime = library.attachRealtime(server, manager)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    await realtime.stop()
    server.close()
  })
  const client = browser.createSyncClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
  onTestFinished(() => client.stop())
  const { renderPage } = await load<typeof import('./page.tsx')>(project, 'out/page.js')
  const indicators = await load<Record<string, ComponentType>>(project, 'out/indicators.js')
  const { MyComponent } = await load<{ MyComponent: ComponentType }>(project, 'out/monitoring.js')
  const components = [...Object.values(indicators), MyComponent]
  expect(components).toHaveLength(4)
  expect(renderPage(client, components)).toContain('<p>Connection: Offline</p>')
  client.start()
  const state = () => client.getState()
  await waitFor(() => browser.selectIsConnected(state()) && state().isLoaded, { what: 'the connection' })

  // Creating Sync Operations
  const { operationId } = await load<{ operationId: string }>(project, 'out/creating.js')
  expect(await manager.getOperation(operationId)).toMatchObject({
    operation_type: 'upload',
    status: 'completed',
    progress: 100,
    total_items: 10,
    processed_items: 5,
    failed_items: 0,
    triggered_by: 'admin',
    source: 'manual',
  })
  const { items } = await manager.listEvents(operationId)
  expect([items[0]?.status, items.at(-1)?.status]).toEqual(['pending', 'completed'])
  await waitFor(() => state().operations[operationId]?.status === 'completed', { what: 'its end, live' })

  // Real-time Broadcasting
  await load(project, 'out/broadcasting.js')
  const announced = await manager.getOperation('sync_123')
  expect(announced).toMatchObject({ status: 'in_progress', progress: 75, message: 'Processing files...' })
  await waitFor(() => state().operations[announced.id]?.progress === 75, { what: 'the announcement, live' })

  // Monitoring Sync Status, and the status indicators
  await waitFor(() => state().health !== null, { what: 'the health, live' })
  const html = renderPage(client, components)
  expect(html).toContain('<p>Connection: Online</p>')
  expect(html).toContain('<p>Active Operations: 1</p>')
  expect(html).toContain('<p>Health: healthy</p>')
  expect(html).toMatch(/class="sw sw-compact [^"]*mr-2"/)
  expect(html).toContain('data-syncwatch="indicators"')

  // Connection Recovery
  const { createRecovery } = await load<{ createRecovery: (initialize: () => void) => Recovery }>(
    project,
    'out/recovery.js',
  )
  let restarts = 0
  const { store, handleConnectionLoss } = createRecovery(() => {
    restarts += 1
  })
  handleConnectionLoss()
  handleConnectionLoss()
  expect(restarts).toBe(0)
  handleConnectionLoss()
  expect(restarts).toBe(1)
  expect(store.getState()).toMatchObject({
    syncStatus: { connection: { status: 'reconnecting', reconnectAttempts: 3 } },
  })
})
