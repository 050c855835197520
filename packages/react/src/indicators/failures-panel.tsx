'use client'
import { selectFailures } from '@syncwatch/client'
import type { OperationRow } from '@syncwatch/core'
import type { ReactNode } from 'react'
import { operationName } from '../format/operation-name.ts'
import { useOperationActions } from '../hooks/use-operation-actions.ts'
import { useStores } from '../hooks/use-stores.ts'
import { useStrings } from '../hooks/use-strings.ts'
import { useSyncState } from '../hooks/use-sync-state.ts'

const SHOWN = 5

/** Failed operations that wait for somebody, each with its reason and a way to try again. */
export function FailuresPanel(): ReactNode {
  const strings = useStrings()
  const failures = useSyncState(selectFailures)
  return (
    <div className="sw-panel">
      <h2 className="sw-panel__title">{strings.failures}</h2>
      {failures.length === 0 && <small>{strings.noFailures}</small>}
      <ul className="sw-rows">
        {failures.slice(0, SHOWN).map((row) => (
          <Failure key={row.id} row={row} />
        ))}
      </ul>
      {failures.length > SHOWN && <small>{strings.more(failures.length - SHOWN)}</small>}
    </div>
  )
}

function Failure({ row }: { row: OperationRow }): ReactNode {
  const strings = useStrings()
  const name = operationName(row, strings, useStores())
  const { retry, isDisabled, reason, refusal } = useOperationActions(row)
  return (
    <li>
      <span>
        {name}
        <small role={refusal === null ? undefined : 'alert'}>{refusal ?? failureWords(row)}</small>
      </span>
      <button
        type="button"
        className="sw-button"
        aria-label={strings.retry(name)}
        title={reason ?? undefined}
        disabled={isDisabled}
        onClick={retry}
      >
        {strings.retryShort}
      </button>
    </li>
  )
}

/** The reason where one was given, else what it was doing. */
function failureWords(row: OperationRow): string | null {
  const reason = row.error_details?.message
  return typeof reason === 'string' ? reason : (row.message ?? row.phase)
}
