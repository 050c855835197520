import type { ItemAction, ItemState } from './item-row.ts'

/** What happened to one asset within an operation. `item_key` is at most 4,096 bytes, `duration_ms` milliseconds. */
export interface ItemReport {
  item_key: string
  action: ItemAction
  state: ItemState
  bytes?: number
  error_code?: string
  error_message?: string
  duration_ms?: number
}
