import { systemClock } from '@syncwatch/core'
import { browserEnvironment } from '../environment/browser-environment.ts'
import { hostRandom } from '../environment/host-random.ts'
import { createHttpClient } from '../http/http-client.ts'
import { hostFetch } from '../http/request.ts'
import { sseTransport } from '../transport/sse-transport.ts'
import type { Transport } from '../transport/transport.ts'
import type { WebSocketConstructor } from '../transport/web-socket-like.ts'
import { webSocketTransport } from '../transport/web-socket-transport.ts'
import type { SyncClientOptions } from './client-options.ts'
import { createLiveClient } from './live-client.ts'
import { serverAddress } from './server-address.ts'
import type { SyncClient } from './sync-client.ts'

const DEFAULT_TOPICS = ['operations', 'health', 'stores']
const KEEP_ENDED_MS = 60 * 60 * 1000

/**
 * Makes a client. It does nothing until `start`, so it can be made while a server renders. A server that cannot be reached is no
 * error: it is a state that is shown, and tried again.
 */
export function createSyncClient(options: SyncClientOptions = {}): SyncClient {
  const clock = options.clock ?? systemClock()
  const random = options.random ?? hostRandom()
  const fetch = options.fetch ?? hostFetch()
  const baseUrl = serverAddress(options.url)
  const http = createHttpClient({
    baseUrl: options.url ?? '',
    fetch,
    ...(options.token !== undefined && { token: options.token }),
    ...(options.getToken && { getToken: options.getToken }),
  })
  return createLiveClient({
    clientId: options.clientId ?? random.uuid(),
    clock,
    random,
    http,
    environment: options.environment ?? browserEnvironment(clock),
    transports: transportsOf(options, () => [
      ...webSockets(options.WebSocket, baseUrl),
      sseTransport({ baseUrl, fetch, clock }),
    ]),
    topics: options.topics ?? DEFAULT_TOPICS,
    keepEndedMs: options.keepEndedMs ?? KEEP_ENDED_MS,
    initialReport: options.initialReport,
    tickets: {
      http,
      hasToken: options.token !== undefined || options.getToken !== undefined,
      getTicket: options.getTicket,
    },
  })
}

function transportsOf(options: SyncClientOptions, own: () => Transport[]): [Transport, ...Transport[]] {
  const given = options.transports ?? []
  return (given.length > 0 ? [...given] : own()) as [Transport, ...Transport[]]
}

function webSockets(chosen: WebSocketConstructor | null | undefined, baseUrl: () => string): Transport[] {
  const host = globalThis as unknown as { WebSocket?: WebSocketConstructor }
  const WebSocket = chosen === undefined ? host.WebSocket : chosen
  return WebSocket ? [webSocketTransport({ baseUrl, WebSocket })] : []
}
