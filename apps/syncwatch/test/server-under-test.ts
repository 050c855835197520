import { request } from 'node:http'
import { systemClock, systemRandom } from '@syncwatch/core'
import { createTestDatabase, makeTempFolder } from '@syncwatch/testkit'
import { onTestFinished } from 'vitest'
import { loadConfig } from '../src/config/config.ts'
import { startServer } from '../src/server/start-server.ts'

export interface ServerSetup {
  readonly environment?: Record<string, string>
  readonly folder?: string
}

export interface ServerUnderTest {
  readonly url: string
  readonly data: string
  readonly databaseUrl: string
  stop(): Promise<void>
}

/** A server in this process, on a database and a data folder of its own. */
export async function serverUnderTest({ environment = {}, folder }: ServerSetup = {}): Promise<ServerUnderTest> {
  const database = await createTestDatabase()
  const data = await makeTempFolder('data')
  const stopping = new AbortController()
  const config = await loadConfig({
    flags: { data: data.path, port: '0', databaseUrl: database.url },
    environment: { SYNCWATCH_LOG_LEVEL: 'silent', ...environment },
    folder: data.path,
  })
  const server = await startServer({
    config,
    folder: folder ?? null,
    clock: systemClock(),
    random: systemRandom(),
    stopping: stopping.signal,
  })
  const stop = async () => {
    stopping.abort()
    await server.ended
  }
  onTestFinished(async () => {
    await stop()
    await database.drop()
    await data.remove()
  })
  return { url: server.url, data: data.path, databaseUrl: database.url, stop }
}

export interface RawAnswer {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came back
  readonly body: any
}

/** A request whose headers are sent exactly as given; `fetch` does not let one choose `Host` or `Origin`. */
export function ask(
  url: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => {
        const isJson = /json/.test(response.headers['content-type'] ?? '')
        const parsed = isJson && text !== '' ? JSON.parse(text) : null
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parsed })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
