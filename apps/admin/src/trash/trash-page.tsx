import { type AssetDetail, byteWords } from '@syncwatch/core'
import { useConnection } from '@syncwatch/react'
import { useWaitReason } from '@syncwatch/react/parts'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useMedia } from '../media/media-context.ts'
import { Picture } from '../media/picture.tsx'
import { useAct } from '../media/use-act.ts'
import { AsOf } from '../ui/as-of.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { counted } from '../ui/counted.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { Refused } from '../ui/refused.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { SkeletonRows } from '../ui/skeleton-rows.tsx'
import { useTrash } from './use-trash.ts'

/** What the server takes in one request. */
const PURGED_AT_ONCE = 1_000

/** What was deleted, by whom and why: to be had back, or removed for good. */
export function TrashPage(): ReactNode {
  const { attention } = useMedia()
  const { assets, isLoading, isRead, problem, reload, loadMore } = useTrash()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const chosen = assets.filter(({ id }) => selected.has(id))
  const count = attention?.trash_count
  return (
    <div data-page="trash" data-figures>
      <div className="mb-4 flex flex-wrap items-baseline gap-x-3">
        <h1>Trash</h1>
        <p className="text-muted">{count === undefined ? '' : counted(count, 'asset')}</p>
        <AsOf className="ml-auto" />
        <Link to="/library" className="text-accent underline underline-offset-2">
          Library
        </Link>
      </div>
      {problem && <Notice what="The trash could not be loaded." why={problem.message} retry={reload} />}
      {isRead && (
        <Bulk assets={assets} chosen={chosen} setSelected={(ids) => setSelected(new Set(ids))} reload={reload} />
      )}
      {(assets.length > 0 || !problem) && (
        <Card className="divide-y divide-line">
          {!isRead && <SkeletonRows rows={6} what="Loading" />}
          {isRead && assets.length === 0 && (
            <p className="px-4 py-10 text-center text-muted">
              The trash is empty. What is deleted in the library or in a store is kept here for a while.
            </p>
          )}
          {assets.map((asset) => (
            <TrashRow
              key={asset.id}
              asset={asset}
              isSelected={selected.has(asset.id)}
              onSelect={(isSelected) =>
                setSelected((before) =>
                  isSelected ? new Set([...before, asset.id]) : new Set([...before].filter((id) => id !== asset.id)),
                )
              }
            />
          ))}
        </Card>
      )}
      {loadMore && (
        <Button className="mt-3 w-full py-2" disabled={isLoading} onClick={loadMore}>
          {isLoading ? 'Loading …' : 'Show older'}
        </Button>
      )}
    </div>
  )
}

interface TrashRowProps {
  asset: AssetDetail
  isSelected: boolean
  onSelect: (isSelected: boolean) => void
}

function TrashRow({ asset, isSelected, onSelect }: TrashRowProps): ReactNode {
  const { api } = useMedia()
  const hasPicture = asset.thumbnail === 'done'
  return (
    <div className="flex items-center gap-3 px-4 py-2" data-trashed={asset.key}>
      <input
        type="checkbox"
        className="size-4 flex-none accent-(--color-accent)"
        aria-label={`Select ${asset.key}`}
        checked={isSelected}
        onChange={(event) => onSelect(event.target.checked)}
      />
      <Picture
        src={hasPicture ? api.assets.thumbnailUrl(asset.id, asset.sha256) : null}
        className="h-12 w-16 flex-none"
      />
      <div className="min-w-0 flex-1">
        <Link
          to="/library"
          search={{ asset: asset.id }}
          className="[overflow-wrap:anywhere] hover:text-accent hover:underline"
        >
          {asset.key}
        </Link>
        <p className="text-muted">
          {byteWords(asset.size)}, deleted {asset.trashed_at && <RelativeTime iso={asset.trashed_at} />}
          {asset.trashed_by && ` by ${asset.trashed_by}`}
          {asset.trash_reason && asset.trash_reason !== 'deleted' && ` (${asset.trash_reason.replaceAll('_', ' ')})`}
        </p>
      </div>
    </div>
  )
}

/** A delete that a store has not carried out yet, or that a gate holds back. */
const keptWords = (kept: number): string =>
  ` ${counted(kept, 'asset')} ${kept === 1 ? 'stays' : 'stay'} until the stores have deleted ${kept === 1 ? 'it' : 'them'}.`

interface BulkProps {
  assets: AssetDetail[]
  chosen: AssetDetail[]
  setSelected: (ids: readonly string[]) => void
  reload: () => void
}

function Bulk({ assets, chosen, setSelected, reload }: BulkProps): ReactNode {
  const { api, refreshAttention } = useMedia()
  const { act, isBusy, refusal } = useAct()
  const { role } = useConnection()
  const waits = useWaitReason()
  const [isAsking, setAsking] = useState(false)
  const [said, setSaid] = useState<{ words: string; refused: string[] }>({ words: '', refused: [] })
  const finish = (words: string, refused: string[], left: readonly string[]) => {
    setSaid({ words, refused })
    setSelected(left)
    setAsking(false)
    refreshAttention()
    reload()
  }
  const restore = () =>
    act(async () => {
      const refused: string[] = []
      const left: string[] = []
      for (const { id, revision } of chosen) {
        try {
          await api.assets.restore(id, revision)
        } catch (error) {
          left.push(id)
          refused.push((error as Error).message)
        }
      }
      finish(`${counted(chosen.length - left.length, 'asset')} restored.`, refused, left)
    })
  const purge = () =>
    act(async () => {
      let purged = 0
      for (let start = 0; start < chosen.length; start += PURGED_AT_ONCE)
        purged += (await api.trash.purge(chosen.slice(start, start + PURGED_AT_ONCE).map(({ id }) => id))).purged
      const kept = chosen.length - purged
      finish(`${counted(purged, 'asset')} removed for good.${kept > 0 ? keptWords(kept) : ''}`, [], [])
    })
  const state = { disabled: chosen.length === 0 || isBusy || waits !== null, title: waits ?? undefined }
  const mayPurge = role === 'admin'
  // What emptied the trash is said all the same.
  if (assets.length === 0)
    return (
      <p role="status" className="mb-3 text-muted empty:hidden">
        {said.words}
      </p>
    )
  return (
    <div className="mb-3 space-y-2">
      <fieldset
        aria-label="What is selected"
        className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border border-line bg-surface px-4 py-2"
      >
        <label className="flex min-h-8 items-center gap-3">
          <input
            type="checkbox"
            className="size-4 accent-(--color-accent)"
            checked={chosen.length === assets.length}
            onChange={(event) => setSelected(event.target.checked ? assets.map(({ id }) => id) : [])}
          />
          {chosen.length === 0 ? 'Select all' : `${chosen.length.toLocaleString('en-US')} selected`}
        </label>
        {chosen.length > 0 && (
          <>
            <Button {...state} onClick={() => void restore()}>
              Restore
            </Button>
            <Button
              {...state}
              disabled={state.disabled || !mayPurge}
              title={mayPurge ? state.title : 'Only an administrator removes for good'}
              onClick={() => setAsking(true)}
            >
              Remove for good …
            </Button>
          </>
        )}
        <span role="status" className="text-muted">
          {isBusy ? 'Working …' : chosen.length === 0 || said.refused.length > 0 ? said.words : ''}
        </span>
      </fieldset>
      {said.refused.slice(0, 5).map((why) => (
        <p key={why} role="alert" className="text-bad">
          Not restored: {why}
        </p>
      ))}
      <Refused error={refusal} />
      {isAsking && (
        <Dialog title={`Remove ${counted(chosen.length, 'asset')} for good?`} onClose={() => setAsking(false)}>
          <p>
            {counted(chosen.length, 'asset')}, {byteWords(chosen.reduce((sum, { size }) => sum + size, 0))}, with their
            earlier versions. This cannot be undone.
          </p>
          <div className="mt-4 flex flex-wrap justify-end gap-2">
            <Button onClick={() => setAsking(false)}>Cancel</Button>
            <Button {...state} className="border-bad" onClick={() => void purge()}>
              {isBusy ? 'Removing …' : `Remove ${counted(chosen.length, 'asset')} for good`}
            </Button>
          </div>
        </Dialog>
      )}
    </div>
  )
}
