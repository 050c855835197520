import type { TimerHandle } from '@syncwatch/core'
import type { LiveSession } from './live-session.ts'

/**
 * ```
 * greeting ──hello──▶ admitting ──admitted──▶ live ──┐
 *    │                    │                          ├──goodbye, error──▶ closing ──▶ closed
 *    └────────────────────┴──────────────────────────┘
 * ```
 * From any state a transport that is gone leads to `closed`.
 */
export type SessionState =
  /** Nothing has been said yet; the timer ends the wait. */
  | { readonly name: 'greeting'; readonly timer: TimerHandle }
  /** The credentials are looked at and the topics opened. What the client says meanwhile waits. */
  | { readonly name: 'admitting'; readonly waiting: string[] }
  | { readonly name: 'live'; readonly live: LiveSession }
  /** The last frame is sent and the transport is closing; the timer cuts it. */
  | { readonly name: 'closing'; readonly timer: TimerHandle }
  | { readonly name: 'closed' }
