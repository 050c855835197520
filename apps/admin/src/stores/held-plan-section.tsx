import { type HeldPlan, type HeldRow, heldCount } from '@syncwatch/client/library'
import { byteWords, type StoreSummary } from '@syncwatch/core'
import { useWaitReason } from '@syncwatch/react/parts'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useMedia } from '../media/media-context.ts'
import { Picture } from '../media/picture.tsx'
import { useAct } from '../media/use-act.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { counted } from '../ui/counted.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { Refused } from '../ui/refused.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Section } from '../ui/section.tsx'
import { SkeletonRows } from '../ui/skeleton-rows.tsx'
import { fateOf, gateWords, heldWords } from './plan-words.ts'
import { type ShownPlan, useStorePlan } from './use-store-plan.ts'

/** What safety gates hold back of a store: why, with the numbers, which files, and the decision. */
export function HeldPlanSection({ store }: { store: StoreSummary }): ReactNode {
  const shown = useStorePlan(store.id)
  const [done, setDone] = useState<ReactNode>(null)
  const { plan, problem, reload } = shown
  return (
    <Section title="Held back">
      {problem && <Notice what="What is held back could not be loaded." why={problem.message} retry={reload} />}
      {done && (
        <p role="status" className="mb-3" data-decided>
          {done}
        </p>
      )}
      {plan === undefined && !problem && (
        <Card>
          <SkeletonRows rows={3} what="Loading" />
        </Card>
      )}
      {plan === null && <Card className="px-4 py-3 text-muted">No safety gate holds anything back in this store.</Card>}
      {plan && <Plan key={plan.id} plan={plan} shown={shown} store={store} onDone={setDone} />}
    </Section>
  )
}

interface PlanProps {
  plan: HeldPlan
  shown: ShownPlan
  store: StoreSummary
  onDone: (words: ReactNode) => void
}

function Plan({ plan, shown, store, onDone }: PlanProps): ReactNode {
  return (
    <Card className="divide-y divide-line">
      <div className="px-4 py-3" data-plan={plan.state}>
        <p className="font-medium">{heldWords(plan, store.name)}.</p>
        <ul className="mt-2 space-y-2">
          {gateWords(plan).map(({ gate, message, holds }) => (
            <li key={`${gate} ${message}`} className="flex gap-3">
              <span className="w-1 flex-none rounded-full bg-warn" aria-hidden="true" />
              <span>
                <span data-gate={gate}>{message}</span>{' '}
                <span className="text-muted">
                  Gate {gate} holds back {holds}.
                </span>
              </span>
            </li>
          ))}
        </ul>
        <p className="mt-2 text-muted">
          Found <RelativeTime iso={plan.created_at} />. It can be decided until{' '}
          <time dateTime={plan.expires_at}>{new Date(plan.expires_at).toLocaleString()}</time>; nothing of it happens
          before that.
        </p>
        <Decide plan={plan} store={store} reload={shown.reload} onDone={onDone} />
      </div>
      {shown.rows.map((row) => (
        <PlanRow key={row.key} row={row} storeName={store.name} />
      ))}
      {shown.loadMore && (
        <div className="flex flex-wrap items-center justify-between gap-3 px-4 py-2">
          <span className="text-muted">
            {shown.rows.length.toLocaleString('en-US')} of {heldCount(plan).toLocaleString('en-US')} shown
          </span>
          <Button onClick={shown.loadMore}>Show more</Button>
        </div>
      )}
    </Card>
  )
}

interface DecideProps {
  plan: HeldPlan
  store: StoreSummary
  reload: () => void
  onDone: (words: ReactNode) => void
}

/** Approving names the number once more; dropping needs no question, because nothing happens then. */
function Decide({ plan, store, reload, onDone }: DecideProps): ReactNode {
  const { api, refreshAttention } = useMedia()
  const { act, isBusy, refusal } = useAct()
  const waits = useWaitReason()
  const [isAsking, setAsking] = useState(false)
  const count = heldCount(plan)
  const state = { disabled: waits !== null || isBusy, title: waits ?? undefined }
  const finish = () => {
    setAsking(false)
    refreshAttention()
    reload()
  }
  const approve = async () => {
    const operation = await act(() => api.stores.approve(store.id, plan.id, count))
    if (operation)
      onDone(
        <>
          {counted(count, 'change')} approved.{' '}
          <Link to="/operations/$operationId" params={{ operationId: operation.id }} className="text-accent underline">
            Follow the run that does it
          </Link>
          .
        </>,
      )
    finish()
  }
  const drop = async () => {
    const dropped = await act(() => api.stores.drop(store.id, plan.id))
    if (dropped) onDone('Dropped: it is not done, and not asked for again while it looks the same.')
    finish()
  }
  return (
    <div className="mt-3 flex flex-wrap items-center gap-2">
      {plan.state === 'pending' && (
        <Button {...state} onClick={() => setAsking(true)}>
          Approve {counted(count, 'change')} …
        </Button>
      )}
      {plan.state === 'approved' && (
        <span className="mr-1">
          Approved{plan.decided_by && ` by ${plan.decided_by}`}
          {plan.decided_at && (
            <>
              {' '}
              <RelativeTime iso={plan.decided_at} />
            </>
          )}
          ; waits for the next run.
        </span>
      )}
      <Button {...state} onClick={() => void drop()}>
        {plan.state === 'approved' ? 'Take it back' : 'Drop'}
      </Button>
      <Refused error={refusal} className="basis-full" />
      {isAsking && (
        <Dialog title={`Approve ${counted(count, 'change')} of ${store.name}?`} onClose={() => setAsking(false)}>
          <p>
            Exactly what is listed here is done by the next run, and nothing else: a file that changes before that is
            left alone and asked for again.
          </p>
          <p className="mt-2 text-muted">Deleted assets stay in the library’s trash and can be restored from there.</p>
          <div className="mt-4 flex flex-wrap justify-end gap-2">
            <Button onClick={() => setAsking(false)}>Cancel</Button>
            <Button {...state} className="border-warn" onClick={() => void approve()}>
              {isBusy ? 'Approving …' : `Approve ${counted(count, 'change')}`}
            </Button>
          </div>
        </Dialog>
      )}
    </div>
  )
}

function PlanRow({ row, storeName }: { row: HeldRow; storeName: string }): ReactNode {
  const { api } = useMedia()
  const src = row.asset_id === null || !row.has_thumbnail ? null : api.assets.thumbnailUrl(row.asset_id, null)
  return (
    <div className="flex items-center gap-3 px-4 py-1.5" data-held={row.key}>
      <Picture src={src} className="h-9 w-12 flex-none" />
      <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        {row.asset_id === null ? (
          row.key
        ) : (
          <Link to="/library" search={{ asset: row.asset_id }} className="hover:text-accent hover:underline">
            {row.key}
          </Link>
        )}
        {row.size !== null && <span className="text-muted"> · {byteWords(row.size)}</span>}
      </span>
      <span className="max-w-[45%] text-right text-muted">{fateOf(row, storeName)}</span>
    </div>
  )
}
