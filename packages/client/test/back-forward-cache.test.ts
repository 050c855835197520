import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { launchBrowser, waitFor } from '@syncwatch/testkit'
import { rolldown } from 'rolldown'
import { expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { operation, snapshot } from './support/rows.ts'

const index = new URL('../src/index.ts', import.meta.url).pathname
const PROGRAM = `
  import { createSyncClient } from '${index}'
  globalThis.client = createSyncClient({ clientId: 'tab', topics: ['operations'] })
  globalThis.persisted = []
  addEventListener('pageshow', (event) => globalThis.persisted.push(event.persisted))
  globalThis.client.start()
`

async function script(): Promise<string> {
  const bundle = await rolldown({
    input: 'program',
    platform: 'browser',
    resolve: { conditionNames: ['@syncwatch/source', 'browser', 'import', 'default'] },
    logLevel: 'silent',
    plugins: [
      {
        name: 'program',
        resolveId: (id) => (id === 'program' ? '\0program' : null),
        load: (id) => (id === '\0program' ? PROGRAM : null),
      },
    ],
  })
  const { output } = await bundle.generate({ format: 'esm', codeSplitting: false })
  await bundle.close()
  return output[0].code
}

it('CL-10 a real browser takes a page that follows into its back-forward cache, and it goes on where it was', async () => {
  const code = await script()
  const hellos: { resume?: unknown }[] = []
  const open = new Set<unknown>()
  const host = createServer((request, response) => {
    const isScript = request.url === '/script.js'
    response
      .writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' })
      .end(
        isScript
          ? code
          : `<!doctype html><title>${request.url}</title>${request.url === '/' ? '<script type="module" src="/script.js"></script>' : ''}`,
      )
  })
  const sockets = new WebSocketServer({ server: host })
  sockets.on('connection', (ws) => {
    open.add(ws)
    ws.on('close', () => open.delete(ws))
    ws.on('message', (data) => {
      const frame = JSON.parse(String(data))
      if (frame.type !== 'hello') return
      hellos.push(frame)
      const session = { sessionId: 's', epoch: 'e', serverTime: new Date().toISOString(), role: 'viewer' }
      ws.send(JSON.stringify({ type: 'welcome', protocol: 1, resumed: 'resume' in frame, ...session }))
      if (!frame.resume) ws.send(JSON.stringify(snapshot([operation('a')])))
      ws.send(JSON.stringify({ type: 'ready' }))
    })
  })
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}`
  const browser = await launchBrowser({ withBackForwardCache: true })
  try {
    const page = await browser.newPage()
    await page.goto(`${url}/`)
    await page.waitForFunction('globalThis.client?.getState().isLoaded')
    await page.goto(`${url}/elsewhere`)
    await waitFor(() => open.size === 0, { what: 'the session to be closed with the page' })
    // There is no `load` when a page comes back out of the cache.
    await page.goBack({ waitUntil: 'commit' })
    await page.waitForFunction(`globalThis.client?.getState().connection.status === 'connected'`)
    expect(await page.evaluate('[globalThis.persisted, globalThis.client.getState().openIds]')).toEqual([
      [false, true],
      ['a'],
    ])
    expect(hellos).toMatchObject([{ clientId: 'tab' }, { clientId: 'tab', resume: { epoch: 'e', cursor: '100' } }])
  } finally {
    await browser.close()
    host.closeAllConnections()
    await new Promise<void>((resolve) => host.close(() => resolve()))
  }
}, 60_000)
