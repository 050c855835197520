import type { Clock, OperationFilter, Random } from '@syncwatch/core'
import type { Environment } from '../environment/environment.ts'
import type { FetchLike } from '../http/fetch-like.ts'
import type { StatusReport } from '../state/sync-status-event.ts'
import type { Transport } from '../transport/transport.ts'
import type { WebSocketConstructor } from '../transport/web-socket-like.ts'

export type TopicRequest = string | { topic: string; filter?: OperationFilter }

/** All of it is optional; in a browser tab of the server itself nothing is needed. */
export interface SyncClientOptions {
  /** Where the server is, for example `https://media.example.com`. Default: the page's own origin. */
  url?: string
  /** A bearer token for HTTP; realtime tickets are fetched with it. Do not ship a long-lived one to browsers. */
  token?: string
  /** The same, asked for anew before each request. */
  getToken?: () => string | Promise<string>
  /**
   * Gets a realtime ticket, for instance from your own backend: for each attempt, and every 20 minutes of a session. Wins over `token`.
   * Throwing `unauthorized` ends in `error`.
   */
  getTicket?: () => string | Promise<string>
  /** Names this client in the list of connections. Default: a new uuid. */
  clientId?: string
  /** What is followed from the start. Default: `operations`, `health`, `stores`. */
  topics?: readonly TopicRequest[]
  /** The body of `GET /api/v1/status` from server rendering: shown until the first snapshot. */
  initialReport?: StatusReport
  environment?: Environment
  clock?: Clock
  random?: Random
  /** The constructor, or null where only SSE is wanted. Default: the global one. */
  WebSocket?: WebSocketConstructor | null
  fetch?: FetchLike
  /** Replaces both transports: for tests and for other carriers. The first is tried first. */
  transports?: readonly Transport[]
  /** How long ended operations stay in the state, in milliseconds. Default: one hour. */
  keepEndedMs?: number
}
