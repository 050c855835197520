import {
  OPERATION_STATUSES,
  OPERATION_TYPES,
  type OperationStatus,
  type OperationType,
  type StoreId,
} from '@syncwatch/core'

/** What the address of the list holds. */
export interface OperationsSearch {
  status?: OperationStatus
  type?: OperationType
  /** The id of a store. */
  store?: StoreId
}

/** Takes what it knows from an address and leaves out the rest. */
export function parseOperationsSearch(search: Record<string, unknown>): OperationsSearch {
  const status = OPERATION_STATUSES.find((known) => known === search.status)
  const type = OPERATION_TYPES.find((known) => known === search.type)
  const store = typeof search.store === 'string' && search.store !== '' ? (search.store as StoreId) : undefined
  return { ...(store && { store }), ...(status && { status }), ...(type && { type }) }
}
