import type { Clock, Principal, StoreSummary } from '@syncwatch/core'
import type { SyncStatus } from '@syncwatch/status-manager'

/** A ticket for one attempt to open a realtime connection. */
export interface RealtimeTicket {
  readonly ticket: string
  /** ISO 8601. */
  readonly expires_at: string
}

/** What the routes work with. */
export interface ApiContext {
  readonly status: SyncStatus
  readonly clock: Clock
  /** The connected stores, where the host has any. */
  readonly listStores: () => Promise<readonly StoreSummary[]>
  readonly retryOperation: SyncStatus['retrySyncOperation']
  readonly issueTicket: ((principal: Principal) => RealtimeTicket | Promise<RealtimeTicket>) | null
}
