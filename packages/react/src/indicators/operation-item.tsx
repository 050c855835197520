'use client'
import { percentOf } from '@syncwatch/client'
import type { OperationRow } from '@syncwatch/core'
import type { ReactNode } from 'react'
import { operationName } from '../format/operation-name.ts'
import { countWords, noteWords } from '../format/operation-words.ts'
import { useNow } from '../hooks/use-now.ts'
import { useOperationActions } from '../hooks/use-operation-actions.ts'
import { useServerNow } from '../hooks/use-server-now.ts'
import { useStores } from '../hooks/use-stores.ts'
import { useSyncStatusContext } from '../hooks/use-sync-status-context.ts'
import { ProgressBar } from './progress-bar.tsx'

/** One running operation: name, numbers, bar, and a line of what it does. Every row has the same height. */
export function OperationItem({ row, hasActions = false }: { row: OperationRow; hasActions?: boolean }): ReactNode {
  const { strings } = useSyncStatusContext()
  const stores = useStores()
  const now = useServerNow(useNow(1000))
  const name = operationName(row, strings, stores)
  return (
    <li className="sw-operation" data-operation={row.id} data-status={row.status}>
      <span className="sw-operation__name">{name}</span>
      <span className="sw-operation__numbers">
        {countWords(row, strings)} {hasActions && <CancelButton row={row} name={name} />}
      </span>
      <ProgressBar label={name} percent={row.status === 'pending' ? 0 : percentOf(row)} />
      <span className="sw-operation__note" title={row.message ?? undefined}>
        {noteWords(row, now, strings)}
      </span>
    </li>
  )
}

function CancelButton({ row, name }: { row: OperationRow; name: string }): ReactNode {
  const { strings } = useSyncStatusContext()
  const { cancel, isDisabled, reason, refusal } = useOperationActions(row)
  return (
    <>
      <button
        type="button"
        className="sw-button"
        aria-label={strings.cancel(name)}
        title={reason ?? refusal ?? undefined}
        disabled={isDisabled || row.cancel_requested_at !== null}
        onClick={cancel}
      >
        {strings.cancelShort}
      </button>
      {refusal && <small role="alert">{refusal}</small>}
    </>
  )
}
