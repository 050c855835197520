import type { EventRow, ItemRow, OperationId, OperationRow } from '@syncwatch/core'
import type { ItemQuery, OperationQuery, Page } from '../manager-port.ts'
import { listEvents, type StoredEvent } from '../queries/list-events.ts'
import { type ListedItem, listItems } from '../queries/list-items.ts'
import { type ListedOperation, listOperations } from '../queries/list-operations.ts'
import type { StatusContext } from '../status-context.ts'
import { decodePlace, pageLimit, toPage } from './page-cursor.ts'

type AsRecord<Row> = Row & Record<string, unknown>

export async function pageOfOperations(context: StatusContext, query: OperationQuery): Promise<Page<OperationRow>> {
  const { database } = context
  const limit = pageLimit(query.limit)
  const after = decodePlace(query.cursor)
  const stored = await database.query<AsRecord<ListedOperation>>(listOperations(database.schema), [
    query.status ?? null,
    query.operation_type ?? null,
    query.store_id ?? null,
    after?.time ?? null,
    after?.id ?? null,
    limit + 1,
  ])
  return toPage(
    stored,
    limit,
    ({ changed_xid, page_time, ...row }) => row as unknown as OperationRow,
    ({ page_time, id }) => ({ time: page_time, id }),
  )
}

export async function pageOfItems(context: StatusContext, id: OperationId, query: ItemQuery): Promise<Page<ItemRow>> {
  const { database } = context
  const limit = pageLimit(query.limit)
  const after = decodePlace(query.cursor)
  const values = [id, query.state ?? null, after?.time ?? null, after?.id ?? null, limit + 1, query.remarked ?? null]
  const stored = await database.query<AsRecord<ListedItem>>(listItems(database.schema), values)
  return toPage(
    stored,
    limit,
    ({ changed_xid, page_time, ...row }) => row as unknown as ItemRow,
    (row) => ({ time: row.page_time, id: row.id }),
  )
}

export async function pageOfEvents(
  context: StatusContext,
  id: OperationId,
  query: { limit?: number; cursor?: string },
): Promise<Page<EventRow>> {
  const { database } = context
  const limit = pageLimit(query.limit)
  const after = decodePlace(query.cursor)
  const values = [id, after?.id ?? null, limit + 1]
  const stored = await database.query<AsRecord<StoredEvent>>(listEvents(database.schema), values)
  return toPage(
    stored,
    limit,
    ({ changed_xid, ...row }) => row as unknown as EventRow,
    (row) => ({ time: row.created_at, id: row.id }),
  )
}
