import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createTestDatabase } from '@syncwatch/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { packedProject, typeCheck } from '../support/packed-project.ts'

interface Route {
  GET(request: Request): Promise<Response>
  POST(request: Request): Promise<Response>
}
type Library = typeof import('./lib/sync-status.ts')
interface Frame {
  type: string
  topic?: string
  rows?: unknown[]
}

const ORIGIN = 'http://localhost:3000'

/** Frames of an event stream, one by one. */
async function* framesOf(response: Response): AsyncGenerator<Frame> {
  let text = ''
  for await (const chunk of (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) {
    text += chunk
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = text
        .slice(0, end)
        .split('\n')
        .filter((line) => line.startsWith('data:'))
      text = text.slice(end + 2)
      if (data.length > 0) yield JSON.parse(data.map((line) => line.slice(5)).join('\n')) as Frame
    }
  }
}

async function nextFrame(frames: AsyncGenerator<Frame>, matches: (frame: Frame) => boolean): Promise<Frame> {
  for (;;) {
    const { value, done } = await frames.next()
    if (done) throw new Error('The stream ended.')
    if (matches(value)) return value
  }
}

test('route handlers serve the API and the event stream, from the packed packages', { timeout: 300_000 }, async () => {
  const project = await packedProject('request-handler')
  await typeCheck(project)
  const database = await createTestDatabase({ migrate: 'none' })
  onTestFinished(() => database.drop())
  process.env.DATABASE_URL = database.url
  onTestFinished(() => void delete process.env.DATABASE_URL)
  const load = <Module>(path: string) =>
    import(/* @vite-ignore */ pathToFileURL(join(project, path)).href) as Promise<Module>

  const { getSyncStatus, migrate } = await load<typeof import('@syncwatch/status')>(
    'node_modules/@syncwatch/status/dist/index.js',
  )
  const { applied } = await migrate()
  expect(applied.length).toBeGreaterThan(0)
  expect(await migrate()).toEqual({ applied: [] })
  const media = await database.pool.query("SELECT FROM pg_namespace WHERE nspname = 'syncwatch'")
  expect(media.rowCount).toBe(0)

  const { GET, POST } = await load<Route>('app/api/v1/[...path]/route.ts')
  const events = await load<Route>('app/realtime/events/route.ts')
  const { manager, statusHandler } = await load<Library>('lib/sync-status.ts')
  onTestFinished(() => manager.stop())

  const stream = await events.GET(new Request(`${ORIGIN}/realtime/events?topics=operations`))
  expect(stream.headers.get('content-type')).toContain('text/event-stream')
  const frames = framesOf(stream)
  await nextFrame(frames, ({ type, topic }) => type === 'snapshot' && topic === 'operations')

  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ operation_type: 'upload', total_items: 4, triggered_by: 'test', source: 'api' })
  const created = await POST(new Request(`${ORIGIN}/api/v1/operations`, { method: 'POST', headers, body }))
  expect(created.status).toBe(201)
  const { id } = (await created.json()) as { id: string }
  const delta = await nextFrame(frames, ({ type }) => type === 'delta')
  expect(JSON.stringify(delta)).toContain(id)

  await manager.updateSyncProgress(id, null, 1)
  const row = await GET(new Request(`${ORIGIN}/api/v1/operations/${id}`))
  expect(await row.json()).toMatchObject({ id, progress: 25, processed_items: 1 })
  const report = await getSyncStatus(manager)
  expect(report).toMatchObject({ active_operations: [{ id }], stores: [] })
  expect(await getSyncStatus()).toMatchObject({ active_operations: [{ id }] })

  const elsewhere = await GET(new Request('http://evil.example/api/v1/operations'))
  expect([elsewhere.status, ((await elsewhere.json()) as { code: string }).code]).toEqual([403, 'forbidden_host'])

  await statusHandler.drain()
  await nextFrame(frames, ({ type }) => type === 'goodbye')
  const late = await events.GET(new Request(`${ORIGIN}/realtime/events`))
  expect(late.status).toBe(503)
})
