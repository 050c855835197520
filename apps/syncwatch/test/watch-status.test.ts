import { systemClock, systemRandom } from '@syncwatch/core'
import { expect, test } from 'vitest'
import type { ServerApi } from '../src/cli/api/server-api.ts'
import { watchStatus } from '../src/cli/commands/watch-status.ts'

test('a stop that came while the server was asked ends it', async () => {
  const stopping = new AbortController()
  const api = {
    url: 'http://127.0.0.1:1',
    token: null,
    call: async () => stopping.abort(),
  } as unknown as ServerApi
  const output = { isTerminal: false, columns: 80, write: () => {} }
  const context = {
    environment: {},
    folder: '/',
    stdout: output,
    stderr: output,
    fetch: globalThis.fetch,
    clock: systemClock(),
    random: systemRandom(),
    stopping: stopping.signal,
    openBrowser: () => {},
  }
  await expect(watchStatus(api, { context, json: true } as never)).resolves.toBeUndefined()
}, 5_000)
