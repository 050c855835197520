import { OPERATION_STATUSES, OPERATION_TYPES } from '@syncwatch/core'
import { useSyncStatusContext } from '@syncwatch/react'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Card } from '../ui/card.tsx'
import { Select } from '../ui/select.tsx'
import { OperationLine } from './operation-line.tsx'
import { statusName } from './status-mark.tsx'
import { useOperationPages } from './use-operation-pages.ts'

const route = getRouteApi('/operations')

/** Every operation, latest first, live; the selection stands in the address. */
export function OperationsPage(): ReactNode {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { strings } = useSyncStatusContext()
  const { rows, isLoading, problem, loadMore } = useOperationPages(search)
  const isFiltered = search.status !== undefined || search.type !== undefined
  return (
    <div data-page="operations">
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <h1 className="mr-auto">Operations</h1>
        <Select
          label="State"
          value={search.status}
          options={OPERATION_STATUSES.map((value) => ({ value, name: statusName(value) }))}
          onChange={(status) => navigate({ search: ({ status: _, ...rest }) => (status ? { ...rest, status } : rest) })}
        />
        <Select
          label="Type"
          value={search.type}
          options={OPERATION_TYPES.map((value) => ({ value, name: strings.operationTypes[value] ?? value }))}
          onChange={(type) => navigate({ search: ({ type: _, ...rest }) => (type ? { ...rest, type } : rest) })}
        />
      </div>
      {problem && (
        <p role="alert" className="mb-3 text-bad">
          The list could not be loaded: {problem}
        </p>
      )}
      <Card className="divide-y divide-line">
        {rows.map((row) => (
          <OperationLine key={row.id} row={row} />
        ))}
        {rows.length === 0 && (
          <p className="px-4 py-8 text-center text-muted">
            {isLoading ? 'Loading …' : isFiltered ? 'No operation is like that.' : 'No operation has run yet.'}
          </p>
        )}
      </Card>
      {loadMore && (
        <button
          type="button"
          className="mt-3 w-full rounded-md border border-line py-2 hover:bg-raised disabled:opacity-55"
          disabled={isLoading}
          onClick={loadMore}
        >
          {isLoading ? 'Loading …' : 'Show older'}
        </button>
      )}
    </div>
  )
}
