import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from '@playwright/test'
import { launchBrowser, waitFor } from '@syncwatch/testkit'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { operation, snapshot } from './support/rows.ts'

const index = new URL('../src/index.ts', import.meta.url).pathname
const PROGRAM = `
  import { createSyncClient } from '${index}'
  globalThis.client = createSyncClient({ clientId: 'tab', topics: ['operations'] })
  globalThis.client.start()
`

let browser: Browser
let files: Map<string, string>

beforeAll(async () => {
  files = await built()
  browser = await launchBrowser()
}, 60_000)
afterAll(() => browser?.close())

/** The chunks of a page's program by their addresses, as an application's build has them. */
async function built(): Promise<Map<string, string>> {
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
  const { output } = await bundle.generate({ format: 'esm', entryFileNames: 'program.js' })
  await bundle.close()
  return new Map(output.map((part) => [`/${part.fileName}`, 'code' in part ? part.code : '']))
}

/** A server with one way to be followed. The first `lost` answers with the chunk of SSE are cut off. */
async function serve({ sockets, lost = 0 }: { sockets: boolean; lost?: number }) {
  const asked: string[] = []
  let left = lost
  const session = { sessionId: 's', epoch: 'e', serverTime: new Date().toISOString(), role: 'viewer' }
  const frames = [
    { type: 'welcome', protocol: 1, resumed: false, ...session },
    snapshot([operation('a')]),
    { type: 'ready' },
  ]
  const host = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    asked.push(path)
    if (path.startsWith('/sse-') && left-- > 0) return void response.destroy()
    if (path === '/realtime/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const frame of frames) response.write(`data: ${JSON.stringify(frame)}\n\n`)
      return
    }
    const code = files.get(path)
    response.writeHead(200, { 'content-type': code === undefined ? 'text/html' : 'text/javascript' })
    response.end(code ?? '<!doctype html><title>t</title><script type="module" src="/program.js"></script>')
  })
  if (sockets) {
    new WebSocketServer({ server: host }).on('connection', (ws) =>
      ws.on('message', (data) => {
        if (JSON.parse(String(data)).type === 'hello') for (const frame of frames) ws.send(JSON.stringify(frame))
      }),
    )
  }
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}/`
  const close = () => {
    host.closeAllConnections()
    return new Promise<void>((resolve) => host.close(() => resolve()))
  }
  return { url, asked, close }
}

const isLoaded = 'globalThis.client?.getState().isLoaded'
const isSsePart = (path: string) => path.startsWith('/sse-')

it('CL-88 a browser that is let through by WebSocket never loads the part for SSE', async () => {
  const { url, asked, close } = await serve({ sockets: true })
  const page = await browser.newPage()
  await page.goto(url)
  await page.waitForFunction(isLoaded)
  await page.close()
  await close()
  expect(asked.filter(isSsePart)).toEqual([])
})

it.each([
  ['at once', 0],
  ['although that part was lost on the way twice', 2],
])(
  'CL-88 where none comes through a browser loads it, and follows over SSE: %s',
  async (_, lost) => {
    const { url, asked, close } = await serve({ sockets: false, lost })
    const page = await browser.newPage()
    await page.goto(url)
    await waitFor(() => asked.includes('/realtime/events'), { what: 'the event stream', timeoutMs: 45_000 })
    await page.waitForFunction(isLoaded)
    expect(asked.filter(isSsePart)).toHaveLength(lost + 1)
    await page.close()
    await close()
  },
  60_000,
)
