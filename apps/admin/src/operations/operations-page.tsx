import { OPERATION_STATUSES, OPERATION_TYPES } from '@syncwatch/core'
import { useStores } from '@syncwatch/react'
import { useStrings } from '@syncwatch/react/parts'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { AsOf } from '../ui/as-of.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Notice } from '../ui/notice.tsx'
import { Select } from '../ui/select.tsx'
import { SkeletonRows } from '../ui/skeleton-rows.tsx'
import { OperationLine } from './operation-line.tsx'
import { statusName } from './status-mark.tsx'
import { useOperationPages } from './use-operation-pages.ts'

const route = getRouteApi('/operations')

/** Every operation, latest first, live; the selection stands in the address. */
export function OperationsPage(): ReactNode {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const strings = useStrings()
  const { rows, isLoading, problem, loadMore, reload } = useOperationPages(search)
  const isFiltered = search.status !== undefined || search.type !== undefined || search.store !== undefined
  const stores = useStores()
  return (
    <div data-page="operations" data-figures>
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <div className="mr-auto flex items-center gap-3 max-sm:w-full">
          <h1>Operations</h1>
          <AsOf />
        </div>
        {(stores.length > 1 || search.store) && (
          <Select
            label="Store"
            value={search.store}
            options={stores.map(({ id, name }) => ({ value: id, name }))}
            onChange={(store) => navigate({ search: ({ store: _, ...rest }) => (store ? { ...rest, store } : rest) })}
          />
        )}
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
      {problem && <Notice what="The list could not be loaded." why={problem} retry={reload} />}
      <Card className="divide-y divide-line">
        {rows.map((row) => (
          <OperationLine key={row.id} row={row} />
        ))}
        {rows.length === 0 && isLoading && <SkeletonRows rows={8} what="Loading" />}
        {rows.length === 0 && !isLoading && !problem && (
          <p className="px-4 py-10 text-center text-muted">
            {isFiltered
              ? 'No operation is like that.'
              : 'No operation has run yet. A sync, an upload or a call of your own appears here while it runs.'}
          </p>
        )}
      </Card>
      {loadMore && (
        <Button className="mt-3 w-full py-2" disabled={isLoading} onClick={loadMore}>
          {isLoading ? 'Loading …' : 'Show older'}
        </Button>
      )}
    </div>
  )
}
