'use client'
import { percentOf, stalledFor } from '@syncwatch/client'
import { isEnded, type OperationRow } from '@syncwatch/core'
import type { ReactNode } from 'react'
import { operationName } from '../format/operation-name.ts'
import { countWords, noteWords } from '../format/operation-words.ts'
import { useFigureTime } from '../hooks/use-figure-time.ts'
import { type OperationActions, useOperationActions } from '../hooks/use-operation-actions.ts'
import { useStores } from '../hooks/use-stores.ts'
import { useStrings } from '../hooks/use-strings.ts'
import { OperationIcon } from './operation-icon.tsx'
import { ProgressBar } from './progress-bar.tsx'

interface OperationItemProps {
  row: OperationRow
  /** With a button that cancels it. */
  hasActions?: boolean
}

/** One operation as a list item: icon, name, numbers, bar, and a line of what it does. Every row has the same height. */
export function OperationItem({ row, hasActions = false }: OperationItemProps): ReactNode {
  const strings = useStrings()
  const name = operationName(row, strings, useStores())
  const actions = useOperationActions(row)
  const time = useFigureTime()
  const note = actions.refusal ?? noteWords(row, time, strings)
  return (
    <li
      className="sw-operation"
      data-operation={row.id}
      data-status={row.status}
      data-stalled={time !== null && stalledFor(row, time) !== null}
    >
      <span className="sw-operation__name" title={name}>
        <OperationIcon type={row.operation_type} />
        {name}
      </span>
      <span className="sw-operation__numbers">{countWords(row, strings)}</span>
      {hasActions && !isEnded(row.status) && <CancelButton row={row} name={name} actions={actions} />}
      <ProgressBar label={name} percent={row.status === 'pending' ? 0 : percentOf(row)} />
      <span className="sw-operation__note" title={note} role={actions.refusal === null ? undefined : 'alert'}>
        {note}
      </span>
    </li>
  )
}

function CancelButton(props: { row: OperationRow; name: string; actions: OperationActions }): ReactNode {
  const strings = useStrings()
  const { cancel, isDisabled, reason } = props.actions
  return (
    <button
      type="button"
      className="sw-button sw-operation__cancel"
      aria-label={strings.cancel(props.name)}
      title={reason ?? undefined}
      disabled={isDisabled || props.row.cancel_requested_at !== null}
      onClick={cancel}
    >
      {strings.cancelShort}
    </button>
  )
}
