import type { OperationRow } from '@syncwatch/core'
import { operationName, useStores, useSyncStatusContext } from '@syncwatch/react'
import type { ReactNode } from 'react'

/** What an operation does and to which store, as text. */
export function OperationTitle({ row }: { row: OperationRow }): ReactNode {
  const { strings } = useSyncStatusContext()
  return operationName(row, strings, useStores())
}
