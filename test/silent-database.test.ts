import { createSyncClient } from '@syncwatch/client'
import { createTestDatabase, makeTempFolder, TcpProxy, waitFor } from '@syncwatch/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { freePort, ServerProcess } from './support/server-process.ts'

test('a server that is told to stop while its database answers nothing ends, and says so in one sentence', async () => {
  const database = await createTestDatabase({ migrate: 'none' })
  onTestFinished(() => database.drop())
  const data = await makeTempFolder('data')
  onTestFinished(() => data.remove())
  const { hostname, port } = new URL(database.url)
  const proxy = await TcpProxy.start({ host: hostname, port: Number(port || 5432) })
  onTestFinished(() => proxy.close())
  const server = new ServerProcess(['--data', data.path], await freePort(), {
    DATABASE_URL: proxy.rewrite(database.url),
  })
  onTestFinished(() => server.end('SIGKILL'))
  await server.ready()
  const client = createSyncClient({ url: server.url })
  onTestFinished(() => client.stop())
  client.start()
  await waitFor(() => client.getState().isLoaded, { what: 'the first snapshot' })
  await client.http.operations.create({ operation_type: 'upload', total_items: 10 })

  proxy.silence()
  void server.end('SIGTERM')
  await waitFor(() => server.hasEnded, { what: 'the end of the server', timeoutMs: 25_000 })
  expect(server.output).toContain('The database does not answer, so the server stops without it')
}, 120_000)
