import type { ConnectionRow } from '@syncwatch/core'
import type { Page } from '../manager-port.ts'
import { decodePlace, pageLimit, toPage } from '../operations/page-cursor.ts'
import { type ListedConnection, listConnections } from '../queries/list-connections.ts'
import type { StatusContext } from '../status-context.ts'

export async function pageOfConnections(
  context: StatusContext,
  query: { limit?: number; cursor?: string },
): Promise<Page<ConnectionRow>> {
  const { database } = context
  const limit = pageLimit(query.limit)
  const after = decodePlace(query.cursor)
  const values = [after?.time ?? null, after?.id ?? null, limit + 1]
  const stored = await database.query<ListedConnection & Record<string, unknown>>(
    listConnections(database.schema),
    values,
  )
  return toPage(
    stored,
    limit,
    ({ changed_xid, page_time, ...row }) => row as unknown as ConnectionRow,
    (row) => ({ time: row.page_time, id: row.id }),
  )
}
