import type { Clock } from '@syncwatch/core'
import type { FetchLike } from '../http/fetch-like.ts'

export interface SseTransportOptions {
  /** The server's origin, `http` or `https`. */
  baseUrl: () => string
  fetch: FetchLike
  clock: Clock
}
