import { FakeClock, SeededRandom } from '@syncwatch/testkit'
import type { SyncClientOptions } from '../../src/client/client-options.ts'
import { createSyncClient } from '../../src/client/create-sync-client.ts'
import type { FetchLike, ResponseLike } from '../../src/http/fetch-like.ts'
import { FakeEnvironment } from './fake-environment.ts'
import { FakeTransport } from './fake-transport.ts'
import { NOW } from './rows.ts'

/** An answer of a fake server. */
export function answer(body: unknown, status = 200, headers: Record<string, string> = {}): ResponseLike {
  return {
    ok: status < 400,
    status,
    headers: { get: (name) => headers[name.toLowerCase()] ?? null },
    body: null,
    text: async () => (body === undefined ? '' : JSON.stringify(body)),
  }
}

/** A client whose server, page and clock are the test's. */
export function liveClient(options: Partial<SyncClientOptions> & { fetch?: FetchLike } = {}) {
  const clock = new FakeClock(NOW)
  const environment = new FakeEnvironment()
  const transport = new FakeTransport()
  const client = createSyncClient({
    url: 'http://server.test',
    clientId: 'c1',
    clock,
    environment,
    random: new SeededRandom(7),
    transports: [transport],
    fetch: async () => answer({ code: 'not_found', detail: 'no' }, 404),
    ...options,
  })
  return { client, clock, environment, transport }
}
