import type { StoreId } from '@syncwatch/core'
import { type Queryable, query } from '@syncwatch/database'

/** Open conflicts of one store. */
export interface WaitingConflicts {
  /** Null for those whose store was disconnected since. */
  readonly store_id: StoreId | null
  readonly store_name: string | null
  readonly count: number
  /** When the oldest of them was found, ISO. */
  readonly since: string
}

/** How many conflicts wait for a person, by store, the longest waiting first. */
export async function waitingConflicts(on: Queryable): Promise<WaitingConflicts[]> {
  return query<WaitingConflicts & Record<string, unknown>>(
    on,
    `SELECT conflict.store_id, store.name AS store_name, count(*) AS count, min(conflict.created_at) AS since
     FROM syncwatch.media_conflicts conflict LEFT JOIN syncwatch.stores store ON store.id = conflict.store_id
     WHERE conflict.state = 'open' GROUP BY conflict.store_id, store.name ORDER BY since, conflict.store_id`,
  )
}
