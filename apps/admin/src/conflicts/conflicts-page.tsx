import type { ConflictResolution } from '@syncwatch/core'
import { useWaitReason } from '@syncwatch/react/parts'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { useMedia } from '../media/media-context.ts'
import { AsOf } from '../ui/as-of.tsx'
import { Button } from '../ui/button.tsx'
import { counted } from '../ui/counted.ts'
import { Notice } from '../ui/notice.tsx'
import { ConflictCard } from './conflict-card.tsx'
import { useConflicts } from './use-conflicts.ts'
import { type Decisions, useDecisions } from './use-decisions.ts'

const route = getRouteApi('/conflicts')

/** The inbox: every asset that was changed on both sides, to be decided alone or many at once, and undone. */
export function ConflictsPage(): ReactNode {
  const { show = 'open' } = route.useSearch()
  const { attention } = useMedia()
  const conflicts = useConflicts(show)
  const decisions = useDecisions(conflicts.take)
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list has other rows
  useEffect(() => setSelected(new Set()), [show])
  const { rows, isLoading, problem, loadMore } = conflicts
  const open = rows.filter(({ state }) => state === 'open')
  const chosen = open.filter(({ id }) => selected.has(id)).map(({ id }) => id)
  const waiting = attention?.conflicts.reduce((sum, { count }) => sum + count, 0) ?? null
  const select = (id: string, isSelected: boolean) =>
    setSelected((before) => new Set(isSelected ? [...before, id] : [...before].filter((other) => other !== id)))
  return (
    <div data-page="conflicts" data-figures>
      <div className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-2">
        <h1>Conflicts</h1>
        <p className="text-muted">{waiting === null ? '' : waiting === 0 ? 'none open' : `${waiting} open`}</p>
        <AsOf className="mr-auto" />
        <nav aria-label="Which conflicts" className="flex gap-1">
          <Tab search={{}} isShown={show === 'open'} name="Open" />
          <Tab search={{ show: 'decided' }} isShown={show === 'decided'} name="Decided" />
        </nav>
      </div>
      {problem && <Notice what="The conflicts could not be loaded." why={problem} retry={conflicts.reload} />}
      {conflicts.fresh > 0 && (
        <Button className="mb-3 w-full py-2" onClick={conflicts.showFresh}>
          {counted(conflicts.fresh, 'new conflict')}: show
        </Button>
      )}
      {rows.length > 1 && show === 'open' && (
        <Bulk
          ids={chosen}
          all={open.map(({ id }) => id)}
          setSelected={(ids) => setSelected(new Set(ids))}
          decisions={decisions}
        />
      )}
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3 min-[1200px]:grid-cols-2">
        {rows.map((row) => (
          <ConflictCard
            key={row.id}
            row={row}
            selected={row.state === 'open' && rows.length > 1 ? selected.has(row.id) : null}
            onSelect={(isSelected) => select(row.id, isSelected)}
            isBusy={decisions.busy.has(row.id)}
            refusal={decisions.refusals.get(row.id) ?? null}
            onDecide={(resolution) => void decisions.decide([row.id], resolution)}
            onUndo={() => void decisions.undo([row.id])}
          />
        ))}
      </div>
      {rows.length === 0 && isLoading && <Skeleton />}
      {rows.length === 0 && !isLoading && !problem && <Nothing show={show} />}
      {loadMore && (
        <Button className="mt-3 w-full py-2" disabled={isLoading} onClick={loadMore}>
          {isLoading ? 'Loading …' : 'Show older'}
        </Button>
      )}
    </div>
  )
}

interface TabProps {
  search: { show?: 'decided' }
  isShown: boolean
  name: string
}

function Tab({ search, isShown, name }: TabProps): ReactNode {
  return (
    <Link
      to="/conflicts"
      search={search}
      aria-current={isShown ? 'page' : undefined}
      className={`rounded-md px-2 py-1 ${isShown ? 'bg-raised text-text' : 'text-muted hover:text-text'}`}
    >
      {name}
    </Link>
  )
}

interface BulkProps {
  /** What is selected. */
  ids: readonly string[]
  all: readonly string[]
  setSelected: (ids: readonly string[]) => void
  decisions: Decisions
}

const WORDS: readonly [ConflictResolution, string][] = [
  ['library', 'Keep library'],
  ['store', 'Keep store'],
  ['both', 'Keep both'],
]

/** Decides what is selected, and takes that back as a whole. */
function Bulk({ ids, all, setSelected, decisions }: BulkProps): ReactNode {
  const waits = useWaitReason()
  const [done, setDone] = useState<{ ids: string[]; words: string } | null>(null)
  const isBusy = ids.some((id) => decisions.busy.has(id))
  const decide = async (resolution: ConflictResolution, words: string) => {
    const decided = await decisions.decide(ids, resolution)
    setDone({ ids: decided.map(({ id }) => id), words: `${counted(decided.length, 'conflict')} decided: ${words}.` })
    setSelected([])
  }
  const state = { disabled: ids.length === 0 || waits !== null || isBusy, title: waits ?? undefined }
  return (
    <fieldset
      aria-label="Decide several"
      className="sticky top-12 z-10 mb-3 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border border-line bg-surface px-4 py-2 max-sm:top-20"
    >
      <label className="flex min-h-8 items-center gap-3">
        <input
          type="checkbox"
          className="size-4 accent-(--color-accent)"
          checked={ids.length > 0 && ids.length === all.length}
          disabled={all.length === 0}
          ref={(box) => {
            if (box) box.indeterminate = ids.length > 0 && ids.length < all.length
          }}
          onChange={(event) => setSelected(event.target.checked ? all : [])}
        />
        {ids.length === 0 ? 'Select all' : `${ids.length.toLocaleString('en-US')} selected`}
      </label>
      {ids.length > 0 &&
        WORDS.map(([resolution, words]) => (
          <Button key={resolution} {...state} onClick={() => void decide(resolution, words.toLowerCase())}>
            {words}
          </Button>
        ))}
      <span role="status" className="text-muted">
        {isBusy ? 'Deciding …' : ids.length === 0 ? done?.words : ''}
      </span>
      {done !== null && done.ids.length > 0 && ids.length === 0 && (
        <Button
          disabled={waits !== null}
          title={waits ?? undefined}
          onClick={() => {
            void decisions.undo(done.ids)
            setDone(null)
          }}
        >
          Undo {done.ids.length}
        </Button>
      )}
    </fieldset>
  )
}

function Nothing({ show }: { show: 'open' | 'decided' }): ReactNode {
  return (
    <div className="py-20 text-center">
      <p className="text-base font-medium">{show === 'open' ? 'Nothing waits for you.' : 'Nothing was decided yet.'}</p>
      <p className="mx-auto mt-1 max-w-prose text-muted">
        When a file is changed in the library and in a store before they could be synced, both sides are kept and shown
        here.
      </p>
    </div>
  )
}

function Skeleton(): ReactNode {
  return (
    <div role="status" aria-label="Loading …" className="grid grid-cols-[minmax(0,1fr)] gap-3 min-[1200px]:grid-cols-2">
      {[0, 1, 2, 3].map((index) => (
        <div key={index} className="h-96 rounded-lg border border-line bg-surface" />
      ))}
    </div>
  )
}
