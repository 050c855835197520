import { problemHeaders, SyncwatchError, toProblem } from '@syncwatch/core'
import { toTellable } from '../access/admission.ts'
import type { ConnectionFacts } from '../access/principal.ts'
import type { Gateway } from '../gateway.ts'
import type { Greeting, Session } from '../session/session.ts'
import { readSseQuery } from './sse-query.ts'
import { SseTransport } from './sse-transport.ts'

export interface SseOptions {
  /** The client's address, for the caps; without it all clients count as one address. */
  addressOf?: (request: Request) => string
}

/**
 * Answers `GET /realtime/events` with the frames of a session as server-sent events, one frame an event. `pace` and
 * `subscribe` do not exist here: rate, topics and filter stand in the query (see `readSseQuery`). What is refused is
 * answered with a problem document; the handler never rejects.
 */
export function sseHandler(gateway: Gateway, options: SseOptions = {}): (request: Request) => Promise<Response> {
  const addressOf = options.addressOf ?? (() => 'unknown')
  return async (request) => {
    try {
      return await answer(gateway, request, addressOf(request))
    } catch (error) {
      const told = toTellable(error)
      if (told.code === 'internal') gateway.logger.error({ err: error }, 'an event stream failed')
      const problem = toProblem(told)
      return new Response(JSON.stringify(problem), { status: problem.status, headers: problemHeaders(problem) })
    }
  }
}

async function answer(gateway: Gateway, request: Request, address: string): Promise<Response> {
  if (request.method !== 'GET') throw new SyncwatchError('method_not_allowed', 'Event streams are read with GET.')
  const origin = request.headers.get('origin')
  const host = request.headers.get('host') ?? new URL(request.url).host
  gateway.checkConnection({ host, origin }, address)
  const { hello, maxHz } = readSseQuery(request, gateway.random)
  const facts: ConnectionFacts = { address, headers: Object.fromEntries(request.headers), transport: 'sse' }
  const principal = await gateway.admit(facts, hello.ticket)
  // It may have become full, or have begun to stop, while the credentials were looked at.
  gateway.checkConnection({ host, origin }, address)
  const body = openStream(gateway, request.signal, facts, { hello, principal, maxHz })
  return new Response(body, { headers: { ...STREAM_HEADERS, ...(origin ? crossOrigin(origin) : {}) } })
}

function openStream(
  gateway: Gateway,
  signal: AbortSignal,
  facts: ConnectionFacts,
  greeting: Greeting,
): ReadableStream<Uint8Array> {
  // The reader has gone: an error would reach nobody but the host's log.
  const onAbort = () => transport.close()
  const onClosed = () => {
    signal.removeEventListener('abort', onAbort)
    session?.transportClosed()
  }
  let session: Session | null = null
  const transport = new SseTransport({ onDrained: () => session?.drained(), onClosed }, gateway.limits.maxBufferedBytes)
  session = gateway.openSession(transport, facts, greeting)
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  return transport.body
}

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
}

function crossOrigin(origin: string): Record<string, string> {
  return { 'access-control-allow-origin': origin, vary: 'Origin' }
}
