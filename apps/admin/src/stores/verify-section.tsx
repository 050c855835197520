import { type ItemRow, isEnded, type OperationRow, type StoreSummary } from '@syncwatch/core'
import { useIsLive, useSyncOperations, useSyncStatusContext } from '@syncwatch/react'
import { OperationItem, useWaitReason } from '@syncwatch/react/parts'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type ReactNode, useCallback } from 'react'
import { useMedia } from '../media/media-context.ts'
import { useAct } from '../media/use-act.ts'
import { useLoaded } from '../media/use-loaded.ts'
import { useOperation } from '../operations/use-operation.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Notice } from '../ui/notice.tsx'
import { Refused } from '../ui/refused.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Section } from '../ui/section.tsx'
import { SkeletonRows } from '../ui/skeleton-rows.tsx'

const route = getRouteApi('/stores/$storeId')

/** Compares the store with the library and changes neither: which files are missing on which side, and which differ. */
export function VerifySection({ store }: { store: StoreSummary }): ReactNode {
  const { verify } = route.useSearch()
  const navigate = route.useNavigate()
  const { api } = useMedia()
  const { act, isBusy, refusal } = useAct()
  const waits = useWaitReason()
  const latest = useSyncOperations({ store_id: store.id }).find(isVerification)
  const id = verify ?? latest?.id ?? null
  const begin = async (content: 'metadata' | 'full') => {
    const begun = await act(() => api.stores.verify(store.id, content))
    if (begun)
      void navigate({ search: (before) => ({ ...before, verify: begun.id }), replace: true, resetScroll: false })
  }
  const isSyncing = store.state === 'syncing'
  const state = {
    disabled: waits !== null || isBusy || isSyncing,
    title: waits ?? (isSyncing ? 'Waits for the end of the run' : undefined),
  }
  const actions = (
    <div className="flex gap-2">
      <Button {...state} onClick={() => void begin('metadata')}>
        Verify
      </Button>
      <Button {...state} onClick={() => void begin('full')}>
        Verify the content
      </Button>
    </div>
  )
  return (
    <Section title="Verification" aside={actions}>
      <Refused error={refusal} className="mb-2" />
      {id === null ? (
        <p className="text-muted">
          Verifying compares versions; verifying the content reads and hashes every file. Neither side is changed.
        </p>
      ) : (
        <Verification key={id} id={id} />
      )}
    </Section>
  )
}

const isVerification = (row: OperationRow): boolean => typeof row.operation_data.verify === 'string'

function Verification({ id }: { id: string }): ReactNode {
  const { row, problem } = useOperation(id)
  const isLive = useIsLive()
  if (row === null)
    return problem ? (
      <Notice what="The verification could not be loaded." why={problem} />
    ) : (
      <Card>
        <SkeletonRows rows={2} what="Loading" />
      </Card>
    )
  if (!isEnded(row.status))
    return (
      <Card className="px-4 py-1">
        <ul className="sw" data-live={isLive}>
          <OperationItem row={row} hasActions />
        </ul>
      </Card>
    )
  return <Result row={row} />
}

const GROUPS: readonly { code: string; title: string }[] = [
  { code: 'item_not_found', title: 'Missing in the store' },
  { code: 'asset_not_found', title: 'Missing in the library' },
  { code: 'asset_changed', title: 'Differs' },
  { code: 'item_unreadable', title: 'Could not be read' },
]
const MOST = 500

function Result({ row }: { row: OperationRow }): ReactNode {
  const { client } = useSyncStatusContext()
  const read = useCallback(
    async () => (await client?.http.operations.items(row.id, { limit: MOST }))?.items.filter(isFinding) ?? [],
    [client, row.id],
  )
  const { data: items, problem, reload } = useLoaded(read)
  const reason = row.error_details?.message ?? row.message
  return (
    <Card className="divide-y divide-line">
      <div className="px-4 py-3" data-verified={row.status}>
        <p className={row.status === 'failed' ? 'text-bad' : 'font-medium'}>
          {typeof reason === 'string' ? reason : row.status}
        </p>
        <p className="text-muted">
          {row.operation_data.verify === 'full' ? 'By content' : 'By versions'}
          {row.end_time && (
            <>
              , <RelativeTime iso={row.end_time} />
            </>
          )}{' '}
          ·{' '}
          <Link to="/operations/$operationId" params={{ operationId: row.id }} className="text-accent underline">
            the operation
          </Link>
        </p>
      </div>
      {problem && (
        <div className="px-4 pt-3">
          <Notice what="What it found could not be loaded." why={problem.message} retry={reload} />
        </div>
      )}
      {items === null && !problem && <SkeletonRows rows={2} what="Loading" />}
      {items !== null &&
        GROUPS.map((group) => (
          <Group key={group.code} title={group.title} items={items.filter((item) => item.error_code === group.code)} />
        ))}
      {items !== null && items.length >= MOST && (
        <p className="px-4 py-2 text-muted">The operation has all of them; these are the first {MOST}.</p>
      )}
    </Card>
  )
}

const isFinding = (item: ItemRow): boolean => item.action === 'verify'

function Group({ title, items }: { title: string; items: ItemRow[] }): ReactNode {
  if (items.length === 0) return null
  return (
    <details open className="px-4 py-2" data-found={title}>
      <summary className="min-h-6 text-warn">
        {title} <span className="text-muted">{items.length.toLocaleString('en-US')}</span>
      </summary>
      <ul>
        {items.map((item) => (
          <li key={item.id} className="py-0.5 [overflow-wrap:anywhere]">
            {item.item_key}
          </li>
        ))}
      </ul>
    </details>
  )
}
