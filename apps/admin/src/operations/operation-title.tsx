import type { OperationRow } from '@syncwatch/core'
import { useStores, useSyncStatusContext } from '@syncwatch/react'
import type { ReactNode } from 'react'

/** What an operation does and to which store, as text. */
export function OperationTitle({ row }: { row: OperationRow }): ReactNode {
  const { strings } = useSyncStatusContext()
  const store = useStores().find((candidate) => candidate.id === row.store_id)
  const type = strings.operationTypes[row.operation_type] ?? row.operation_type
  return store ? `${type} · ${store.name}` : type
}
