import { REALTIME_EVENTS_PATH, SyncwatchError } from '@syncwatch/core'
import { type Gateway, sseHandler } from '@syncwatch/gateway'
import { createStatusApi, postgresIdempotency, problemResponse, type StatusApiOptions } from '@syncwatch/http'
import type { SyncStatusManager } from '@syncwatch/status-manager'
import { type AccessOptions, hostsOf } from './access-options.ts'
import { createLibraryGateway, ticketIssuer } from './create-library-gateway.ts'

export interface HandlerOptions extends AccessOptions, Pick<StatusApiOptions, 'basePath' | 'listStores' | 'onFailure'> {
  /** The client's address, for the caps on event streams; without it all clients count as one address. */
  addressOf?: (request: Request) => string
}

/** A web handler, with the way to end its event streams. */
export interface StatusHandler {
  (request: Request): Promise<Response>
  /** Ends the event streams: each client is asked to come back, spread out. */
  drain(options?: { deadlineMs?: number }): Promise<void>
}

/**
 * Everything over HTTP as one plain function, to mount in a Next route, Hono, a service worker or `nodeHandler`: the status API at
 * `/api/v1`, its description at `/openapi.json`, the live frames as server-sent events at `/realtime/events`. Without `authorize` it
 * can be read on this machine and changes nothing (see `AccessOptions`). Nothing is set up before the first request, and it
 * never rejects.
 */
export function handler(manager: SyncStatusManager, options: HandlerOptions = {}): StatusHandler {
  let parts: HandlerParts | null = null
  const handle = async (request: Request): Promise<Response> => {
    try {
      parts ??= createParts(manager, options)
      return await parts.answer(request)
    } catch (error) {
      options.onFailure?.(error, request)
      return problemResponse(new SyncwatchError('internal', 'The status service is not set up. The log says why.'))
    }
  }
  return Object.assign(handle, {
    drain: async (limits?: { deadlineMs?: number }) => await parts?.gateway.drain(limits),
  })
}

interface HandlerParts {
  readonly gateway: Gateway
  answer(request: Request): Promise<Response>
}

function createParts(manager: SyncStatusManager, options: HandlerOptions): HandlerParts {
  const { authorize, allowedOrigins, basePath, listStores, onFailure, addressOf } = options
  const hosts = hostsOf(options)
  const gateway = createLibraryGateway(manager, options)
  const events = sseHandler(gateway, addressOf ? { addressOf } : {})
  const api = createStatusApi({
    status: manager,
    idempotency: postgresIdempotency(manager.storage),
    issueTicket: ticketIssuer(manager, options),
    ...(authorize && { authorize }),
    ...(allowedOrigins && { allowedOrigins }),
    ...(basePath !== undefined && { basePath }),
    ...(listStores && { listStores }),
    ...(onFailure && { onFailure }),
  })
  gateway.start()
  return {
    gateway,
    answer: async (request) => {
      if (new URL(request.url).pathname === REALTIME_EVENTS_PATH) return events(request)
      return isForeign(request, hosts) ? problemResponse(foreignHost()) : api.fetch(request)
    },
  }
}

function isForeign(request: Request, hosts: readonly string[] | null): boolean {
  if (hosts === null) return false
  const host = (request.headers.get('host') ?? new URL(request.url).host).toLowerCase()
  const names = [host, host.replace(/:\d+$/, '')]
  return !hosts.some((name) => names.includes(name.toLowerCase()))
}

function foreignHost(): SyncwatchError {
  return new SyncwatchError(
    'forbidden_host',
    'This service does not answer to that name; `allowedHosts` lists its names.',
  )
}
