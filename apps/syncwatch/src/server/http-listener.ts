import { createServer, get, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener, type Http2Bindings, type HttpBindings } from '@hono/node-server'
import { type Clock, SyncwatchError, sleep } from '@syncwatch/core'
import { cutOnFailure } from './cut-on-failure.ts'

type Answer = (request: Request) => Response | Promise<Response>
/** Told why an answer was cut on its way. */
type OnCut = (error: unknown, request: Request) => void

/** A server that listens; who answers can be exchanged while it does. */
export interface HttpListener {
  readonly server: Server
  readonly port: number
  answerWith(answer: Answer): void
  /** Where a request came from, as far as the socket knows. */
  addressOf(request: Request): string
  /** Takes no more connections, lets answers under way end for at most `graceMs`, then cuts. May be called twice. */
  close(graceMs: number): Promise<void>
}

/** Listens before anything else is begun, so that a taken port costs nothing. Throws `port_in_use` in one sentence. */
export async function listen(
  place: { host: string; port: number },
  first: Answer,
  clock: Clock,
  onCut: OnCut,
): Promise<HttpListener> {
  let answer = first
  const addresses = new WeakMap<Request, string>()
  const receive = async (request: Request, { incoming, outgoing }: HttpBindings | Http2Bindings) => {
    addresses.set(request, incoming.socket.remoteAddress ?? 'unknown')
    return cutOnFailure(await answer(request), (error) => {
      outgoing.destroy()
      onCut(error, request)
    })
  }
  // An hour for a whole request, because content comes through here too.
  const times = { requestTimeout: 3_600_000, headersTimeout: 15_000, connectionsCheckingInterval: 5_000 }
  const server = createServer(times, getRequestListener(receive))
  await beginAfterPredecessor(server, place, clock)
  let closed: Promise<void> | null = null
  return {
    server,
    port: (server.address() as AddressInfo).port,
    addressOf: (request) => addresses.get(request) ?? 'unknown',
    answerWith: (next) => {
      answer = next
    },
    close: (graceMs) => {
      closed ??= closeServer(server, graceMs, clock)
      return closed
    },
  }
}

async function closeServer(server: Server, graceMs: number, clock: Clock): Promise<void> {
  const waiting = new AbortController()
  const closed = new Promise<void>((resolve) => server.close(() => resolve())).then(() => waiting.abort())
  server.closeIdleConnections()
  await Promise.race([closed, sleep(clock, graceMs, waiting.signal).catch(() => undefined)])
  server.closeAllConnections()
  await closed
}

/** How long a port is waited for while what holds it may be a server of ours that is just stopping. */
const PREDECESSOR_MS = { ready: 1_500, stopping: 10_000 }
const LOOK_MS = 100

/** Waits for a predecessor that is stopping, so that a quick restart needs no second try; whatever else holds the port is said at once. */
async function beginAfterPredecessor(server: Server, place: ListenOptions, clock: Clock): Promise<void> {
  const since = clock.monotonic()
  for (;;) {
    const failure = await begin(server, place)
    if (failure === null) return
    const holder = failure.code === 'EADDRINUSE' ? await holderOf(place) : 'stranger'
    const patience = holder === 'stranger' ? 0 : PREDECESSOR_MS[holder]
    if (clock.monotonic() - since >= patience) throw listenFailure(failure, place)
    await sleep(clock, LOOK_MS)
  }
}

function begin(server: Server, place: ListenOptions): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const settle = (outcome: NodeJS.ErrnoException | null) => {
      server.off('error', settle)
      server.off('listening', onListening)
      resolve(outcome)
    }
    const onListening = () => settle(null)
    server.once('error', settle)
    server.once('listening', onListening)
    server.listen({ ...place, exclusive: true })
  })
}

/** Asks who answers at a port: a server of ours, one that is stopping (or was, a moment ago), or somebody else. */
function holderOf({ host, port }: ListenOptions): Promise<'ready' | 'stopping' | 'stranger'> {
  return new Promise((resolve) => {
    const asked = get({ host, port, path: '/readyz', timeout: 1_000 }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += String(chunk)
      })
      response.on('end', () =>
        resolve(/"ready":true/.test(text) ? 'ready' : /shutting_down/.test(text) ? 'stopping' : 'stranger'),
      )
    })
    asked.on('timeout', () => asked.destroy())
    asked.on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ECONNREFUSED' ? 'stopping' : 'stranger'),
    )
  })
}

interface ListenOptions {
  readonly host: string
  readonly port: number
}

function listenFailure(error: NodeJS.ErrnoException, { host, port }: ListenOptions): SyncwatchError {
  const place = `${host}:${port}`
  if (error.code === 'EADDRINUSE') {
    return new SyncwatchError(
      'port_in_use',
      `Port ${port} on ${host} is taken: choose another with --port, or --port 0.`,
    )
  }
  if (error.code === 'EACCES') {
    return new SyncwatchError(
      'configuration_invalid',
      `This user may not listen on ${place}: choose a port above 1023.`,
    )
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new SyncwatchError('configuration_invalid', `${host} is not an address of this machine (--host).`)
  }
  return new SyncwatchError('internal', `Listening on ${place} failed: ${error.message}.`, { cause: error })
}
