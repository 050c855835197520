import type { IncomingMessage, Server } from 'node:http'
import type { Server as SecureServer } from 'node:https'
import { attachRealtime as attach } from '@syncwatch/gateway'
import type { SyncStatus } from '@syncwatch/status-manager'
import type { AccessOptions } from './access-options.ts'
import { createLibraryGateway } from './create-library-gateway.ts'

export interface RealtimeOptions extends AccessOptions {
  /** The path to answer at, `/realtime` unless given. */
  path?: string
  /** The client's address, for the caps; the socket's unless given. Give one behind a proxy whose headers you trust. */
  addressOf?: (request: IncomingMessage) => string
}

/** The live connections of one server. */
export interface Realtime {
  /** Open sessions on this node. */
  readonly sessions: number
  /** Takes no more connections and asks everybody to come back, spread out; what is left after `deadlineMs` (2 s) is cut. */
  drain(options?: { deadlineMs?: number }): Promise<void>
  /** The same at once. Call it before `manager.stop()`. */
  stop(): Promise<void>
}

/**
 * Opens live sessions over WebSockets at `/realtime` of a Node server; upgrades of other paths are left to others. Without `authorize`
 * everybody on this machine may look and nobody else may connect (see `AccessOptions`). Nothing is asked of the
 * database before the first session.
 */
export function attachRealtime(
  server: Server | SecureServer,
  manager: SyncStatus,
  options: RealtimeOptions = {},
): Realtime {
  const { path, addressOf } = options
  const gateway = createLibraryGateway(manager, options)
  const detach = attach(server, gateway, { ...(path !== undefined && { path }), ...(addressOf && { addressOf }) })
  gateway.start()
  const drain = async (limits?: { deadlineMs?: number }) => {
    await gateway.drain(limits)
    detach()
  }
  return {
    get sessions() {
      return gateway.statistics.sessions
    },
    drain,
    stop: () => drain({ deadlineMs: 0 }),
  }
}
