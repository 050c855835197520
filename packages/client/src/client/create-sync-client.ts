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
import { createTicketSource } from './ticket-source.ts'

const DEFAULT_TOPICS = ['operations', 'health', 'stores']
const KEEP_ENDED_MS = 60 * 60 * 1000

/**
 * Makes a client. It does nothing until `start`, so it can be made while a server renders. A server that cannot be reached is no
 * error: it is a state that is shown, and tried again.
 */
export function createSyncClient(options: SyncClientOptions = {}): SyncClient {
  const {
    url,
    clock = systemClock(),
    random = hostRandom(),
    fetch = hostFetch(),
    environment = browserEnvironment(clock),
  } = options
  const baseUrl = serverAddress(url)
  const http = createHttpClient({ ...options, baseUrl: url ?? '', fetch })
  const own = () => [...webSockets(options.WebSocket, baseUrl), sseTransport({ baseUrl, fetch, clock })]
  return createLiveClient({
    clientId: options.clientId ?? random.uuid(),
    clock,
    random,
    http,
    environment,
    transports: (options.transports?.length ? options.transports : own()) as [Transport, ...Transport[]],
    topics: options.topics ?? DEFAULT_TOPICS,
    keepEndedMs: options.keepEndedMs ?? KEEP_ENDED_MS,
    initialReport: options.initialReport,
    tickets: createTicketSource(http, options),
  })
}

function webSockets(chosen: WebSocketConstructor | null | undefined, baseUrl: () => string): Transport[] {
  const host = globalThis as unknown as { WebSocket?: WebSocketConstructor }
  const WebSocket = chosen === undefined ? host.WebSocket : chosen
  return WebSocket ? [webSocketTransport({ baseUrl, WebSocket })] : []
}
