import type { OperationRow } from '@syncwatch/core'
import { isEnded } from '@syncwatch/core'
import { useIsLive } from '@syncwatch/react'
import { OperationItem, useOperationActions } from '@syncwatch/react/parts'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ItemsSection } from './items-section.tsx'
import { OperationFacts } from './operation-facts.tsx'
import { OperationTitle } from './operation-title.tsx'
import { StatusMark } from './status-mark.tsx'
import { Timeline } from './timeline.tsx'
import { useOperation } from './use-operation.ts'

const route = getRouteApi('/operations/$operationId')

/** One operation: how it stands, what happened to each asset, and its timeline, all live. */
export function OperationDetailPage(): ReactNode {
  const { operationId } = route.useParams()
  const { row, problem } = useOperation(operationId)
  if (!row) {
    return (
      <div className="py-16 text-center" role={problem ? 'alert' : 'status'}>
        <h1>{problem ? 'This operation could not be shown.' : 'Loading …'}</h1>
        {problem && <p className="mt-2 text-muted">{problem}</p>}
        <Link to="/operations" className="mt-4 inline-block text-accent underline">
          All operations
        </Link>
      </div>
    )
  }
  return (
    <div
      className="grid gap-6 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]"
      data-page="operation"
      data-figures
      data-status={row.status}
    >
      <div className="lg:col-span-2">
        <Link to="/operations" className="text-muted hover:text-text">
          ← Operations
        </Link>
        <div className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-2">
          <h1>
            <OperationTitle row={row} />
          </h1>
          <StatusMark status={row.status} failedItems={row.failed_items} />
          <Actions row={row} />
        </div>
        <Outcome row={row} />
      </div>
      <ItemsSection key={row.id} row={row} />
      <div className="grid content-start gap-6">
        <OperationFacts row={row} />
        <Timeline operationId={row.id} />
      </div>
    </div>
  )
}

function Outcome({ row }: { row: OperationRow }): ReactNode {
  const isLive = useIsLive()
  if (!isEnded(row.status)) {
    return (
      <Card className="mt-3 px-4 py-1">
        <ul className="sw" data-live={isLive}>
          <OperationItem row={row} />
        </ul>
      </Card>
    )
  }
  const reason = row.error_details?.message ?? row.message
  return typeof reason === 'string' ? <p className="mt-2 text-muted [overflow-wrap:anywhere]">{reason}</p> : null
}

function Actions({ row }: { row: OperationRow }): ReactNode {
  const { cancel, retry, isDisabled, reason, refusal } = useOperationActions(row)
  const canCancel = !isEnded(row.status)
  if (!canCancel && row.status === 'completed' && row.failed_items === 0) return null
  return (
    <>
      <Button
        className="ml-auto"
        disabled={isDisabled || (canCancel && row.cancel_requested_at !== null)}
        title={reason ?? undefined}
        onClick={canCancel ? cancel : retry}
      >
        {canCancel ? (row.cancel_requested_at ? 'Cancelling' : 'Cancel') : 'Retry'}
      </Button>
      {refusal && (
        <p role="alert" className="text-bad">
          {refusal}
        </p>
      )}
    </>
  )
}
