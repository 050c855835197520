import type { OperationRow } from '@syncwatch/core'
import { useStores } from '@syncwatch/react'
import { operationName, useStrings } from '@syncwatch/react/parts'
import type { ReactNode } from 'react'

/** What an operation does and to which store, as text. */
export function OperationTitle({ row }: { row: OperationRow }): ReactNode {
  const strings = useStrings()
  return operationName(row, strings, useStores())
}
