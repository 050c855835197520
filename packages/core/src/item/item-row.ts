import type { OperationId } from '../ids.ts'

export const ITEM_ACTIONS = ['import', 'update', 'delete', 'rename', 'metadata', 'verify', 'skip', 'other'] as const
export type ItemAction = (typeof ITEM_ACTIONS)[number]

export const ITEM_STATES = ['pending', 'in_progress', 'done', 'failed', 'skipped'] as const
export type ItemState = (typeof ITEM_STATES)[number]

/** What happened to one asset within an operation (`sync_operation_items`). Unchanged assets have no item. */
export interface ItemRow {
  /** `<operation_id>:<item_key>` hashed by the database: stable for the key within its operation. */
  id: string
  rev: number
  operation_id: OperationId
  item_key: string
  action: ItemAction
  state: ItemState
  /** Size in bytes, null when not known. */
  bytes: number | null
  error_code: string | null
  error_message: string | null
  /** How long the work on it took. */
  duration_ms: number | null
  attempt: number
  created_at: string
  updated_at: string
}
