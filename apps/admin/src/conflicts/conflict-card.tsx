import type { ConflictResolution, ConflictRow, ConflictSideRow } from '@syncwatch/core'
import { useWaitReason } from '@syncwatch/react/parts'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useMedia } from '../media/media-context.ts'
import { mayHavePicture, Picture } from '../media/picture.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { canUndo, conflictStory, decidedWords, decisionName } from './conflict-words.ts'
import { sideDifferences } from './side-differences.ts'

interface ConflictCardProps {
  row: ConflictRow
  /** Null where it cannot be selected. */
  selected: boolean | null
  onSelect: (selected: boolean) => void
  isBusy: boolean
  /** Why the last decision about it was refused. */
  refusal: string | null
  onDecide: (resolution: ConflictResolution) => void
  onUndo: () => void
}

/** One conflict: what happened, both sides beside each other with what differs, and the decision. */
export function ConflictCard(props: ConflictCardProps): ReactNode {
  const { row, selected, onSelect, refusal } = props
  return (
    <Card className="p-4">
      <article aria-label={row.key} data-conflict={row.key} data-state={row.state}>
        <div className="flex items-start gap-3">
          {selected !== null && (
            <input
              type="checkbox"
              className="mt-1 size-4 flex-none accent-(--color-accent)"
              aria-label={`Select ${row.key}`}
              checked={selected}
              onChange={(event) => onSelect(event.target.checked)}
            />
          )}
          <div className="min-w-0 flex-1">
            <h2 className="text-sm font-medium [overflow-wrap:anywhere]">
              {row.asset_id === null ? row.key : <AssetLink id={row.asset_id}>{row.key}</AssetLink>}
            </h2>
            <p className="text-muted">
              {conflictStory(row)}{' '}
              {row.copy_asset_id !== null && (
                <>
                  <AssetLink id={row.copy_asset_id}>Look at the copy</AssetLink>.{' '}
                </>
              )}
              <span className="whitespace-nowrap">
                Found <RelativeTime iso={row.created_at} />.
              </span>
            </p>
          </div>
        </div>
        <Sides row={row} />
        <Decision {...props} />
        {refusal && (
          <p role="alert" className="mt-2 text-bad">
            Not done: {refusal}
          </p>
        )}
      </article>
    </Card>
  )
}

function AssetLink({ id, children }: { id: string; children: ReactNode }): ReactNode {
  return (
    <Link
      to="/library"
      search={{ asset: id }}
      className="underline decoration-line underline-offset-2 hover:text-accent"
    >
      {children}
    </Link>
  )
}

/** A column a side: its picture, then what is to be compared, line by line. */
function Sides({ row }: { row: ConflictRow }): ReactNode {
  const store = row.store_name ?? 'Store'
  return (
    <table className="mt-3 w-full table-fixed border-collapse text-left text-xs">
      <caption className="sr-only">Both sides of {row.key}</caption>
      <colgroup>
        <col className="w-18 sm:w-28" />
        <col />
        <col />
      </colgroup>
      <thead>
        <tr className="align-top">
          <td />
          <th scope="col" className="px-1 pb-2 font-medium">
            <SidePicture row={row} side="library" content={row.library_side} />
            Library
          </th>
          <th scope="col" className="px-1 pb-2 font-medium [overflow-wrap:anywhere]">
            <SidePicture row={row} side="store" content={row.store_side} />
            {store}
          </th>
        </tr>
      </thead>
      <tbody>
        {sideDifferences(row).map((line) => (
          <tr key={line.name} className="border-t border-line align-top" data-differs={line.differs}>
            <th scope="row" className="py-1 pr-2 font-normal text-muted [overflow-wrap:anywhere]">
              {line.name}
            </th>
            <td className={`p-1 [overflow-wrap:anywhere] ${line.differs ? 'font-medium' : 'text-muted'}`}>
              {line.library}
            </td>
            <td className={`p-1 [overflow-wrap:anywhere] ${line.differs ? 'font-medium' : 'text-muted'}`}>
              {line.store}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface SidePictureProps {
  row: ConflictRow
  side: 'library' | 'store'
  content: ConflictSideRow | null
}

function SidePicture({ row, side, content }: SidePictureProps): ReactNode {
  const { api } = useMedia()
  const frame = 'mb-1.5 aspect-[4/3] w-full max-w-72'
  if (content === null) return <Picture src={null} without="Deleted" className={frame} />
  const picture = <Picture src={pictureOf()} without="No picture" alt="" className={frame} />
  if (content.sha256 === null) return picture
  return (
    <a
      href={api.conflicts.sideUrl(row.id, side, 'content', content.sha256)}
      target="_blank"
      rel="noreferrer"
      className="block max-w-72"
    >
      {picture}
      <span className="sr-only">
        Open what {side === 'library' ? 'the library' : (row.store_name ?? 'the store')} has
      </span>
    </a>
  )

  function pictureOf(): string | null {
    return mayHavePicture(content?.mime_type ?? null)
      ? api.conflicts.sideUrl(row.id, side, 'thumbnail', content?.sha256 ?? null)
      : null
  }
}

const RESOLUTIONS: readonly ConflictResolution[] = ['library', 'store', 'both']

function Decision({ row, isBusy, onDecide, onUndo }: ConflictCardProps): ReactNode {
  const waits = useWaitReason()
  const state = { disabled: waits !== null || isBusy, title: waits ?? undefined }
  if (row.state === 'open')
    return (
      <fieldset className="mt-3 flex flex-wrap gap-2" aria-label={`Decide ${row.key}`}>
        {RESOLUTIONS.map((resolution) => (
          <Button key={resolution} {...state} onClick={() => onDecide(resolution)}>
            {decisionName(row, resolution)}
          </Button>
        ))}
        {isBusy && <span className="self-center text-muted">Deciding …</span>}
      </fieldset>
    )
  return (
    <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-1" role="status">
      <span>{decidedWords(row)}</span>
      {canUndo(row) && (
        <Button {...state} aria-label={`Undo the decision about ${row.key}`} onClick={onUndo}>
          Undo
        </Button>
      )}
    </div>
  )
}
