import type { PlanPreview, PreviewedRow } from '@syncwatch/client/library'
import { byteWords, type StoreSummary } from '@syncwatch/core'
import { useWaitReason } from '@syncwatch/react/parts'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { counted } from '../ui/counted.ts'
import { Notice } from '../ui/notice.tsx'
import { Section } from '../ui/section.tsx'
import { SkeletonRows } from '../ui/skeleton-rows.tsx'
import { fateName, fateOfPreviewed, groupsOf } from './preview-words.ts'
import { usePreview } from './use-preview.ts'

const route = getRouteApi('/stores/$storeId')
const SHOWN = 100

/** What a run would do now: it lists and compares as a run does, and changes nothing. */
export function PreviewSection({ store }: { store: StoreSummary }): ReactNode {
  const { preview: isWanted } = route.useSearch()
  const navigate = route.useNavigate()
  const waits = useWaitReason()
  const { state, run, stop } = usePreview(store.id)
  const isIdle = state.name === 'none'
  useEffect(() => {
    if (isWanted && isIdle && waits === null) run()
  }, [isWanted, isIdle, waits, run])
  const begin = () => {
    void navigate({ search: ({ fate: _, ...rest }) => ({ ...rest, preview: true }), replace: true, resetScroll: false })
    run()
  }
  const end = () => {
    void navigate({ search: ({ fate: _, preview: __, ...rest }) => rest, replace: true, resetScroll: false })
    stop()
  }
  const actions = (
    <div className="flex gap-2">
      {!isIdle && <Button onClick={end}>{state.name === 'looking' ? 'Stop' : 'Close'}</Button>}
      <Button
        disabled={waits !== null || state.name === 'looking'}
        title={waits ?? (state.name === 'looking' ? 'It is being looked at' : undefined)}
        onClick={begin}
      >
        {state.name === 'looking' ? 'Looking …' : isIdle ? 'Preview a run' : 'Look again'}
      </Button>
    </div>
  )
  return (
    <Section title="What a run would do" aside={actions}>
      {state.name === 'failed' && (
        <Notice what="The preview could not be made." why={state.error.message} retry={begin} />
      )}
      {isIdle && (
        <p className="text-muted">A preview lists the store and compares it with the library. Nothing is changed.</p>
      )}
      {state.name === 'looking' && (
        <Card>
          <SkeletonRows rows={3} what={`Listing ${store.name}`} />
        </Card>
      )}
      {state.name === 'shown' && <Shown preview={state.preview} at={state.at} storeName={store.name} />}
    </Section>
  )
}

function Shown({ preview, at, storeName }: { preview: PlanPreview; at: string; storeName: string }): ReactNode {
  const { fate: wanted } = route.useSearch()
  const [shown, setShown] = useState(SHOWN)
  const groups = groupsOf(preview.rows)
  const fate = groups.find((group) => group.fate === wanted)?.fate ?? null
  const rows = fate === null ? preview.rows : preview.rows.filter((row) => fateOfPreviewed(row) === fate)
  return (
    <Card className="divide-y divide-line">
      <div className="px-4 py-3" data-preview={preview.total}>
        <p className="font-medium">
          {preview.total === 0
            ? 'Nothing to do: both sides are the same.'
            : `${counted(preview.total, 'file')} would be looked at or changed.`}{' '}
          <span className="font-normal text-muted">As of {new Date(at).toLocaleTimeString('en-GB')}.</span>
        </p>
        {preview.total > 0 && (
          <p className="mt-1 text-muted">
            At most {byteWords(preview.bytes_to_library)} into the library, {byteWords(preview.bytes_to_store)} into{' '}
            {storeName}.
          </p>
        )}
        {!preview.complete && (
          <p className="mt-1 text-warn">
            The listing was not complete: nothing is concluded from what it did not show.
          </p>
        )}
        {preview.gates.map(({ gate, guards, message }) => (
          <p key={`${gate} ${guards}`} className="mt-1 text-warn" data-gate={gate}>
            Gate {gate} would hold back: {message}
          </p>
        ))}
        {groups.length > 0 && (
          <nav aria-label="Which files" className="mt-3 flex flex-wrap gap-1">
            <Chip name="All" count={preview.rows.length} isShown={fate === null} />
            {groups.map((group) => (
              <Chip
                key={group.fate}
                name={fateName(group.fate)}
                fate={group.fate}
                count={group.rows.length}
                isShown={fate === group.fate}
              />
            ))}
          </nav>
        )}
        {preview.total > preview.rows.length && (
          <p className="mt-1 text-muted">
            The first {preview.rows.length.toLocaleString('en-US')} of them are told one by one.
          </p>
        )}
      </div>
      {rows.slice(0, shown).map((row) => (
        <Row key={`${row.key} ${row.rule}`} row={row} />
      ))}
      {rows.length > shown && (
        <div className="px-4 py-2">
          <Button className="w-full" onClick={() => setShown(shown + SHOWN)}>
            Show more
          </Button>
        </div>
      )}
    </Card>
  )
}

function Chip({
  name,
  fate,
  count,
  isShown,
}: {
  name: string
  fate?: string
  count: number
  isShown: boolean
}): ReactNode {
  return (
    <Link
      from="/stores/$storeId"
      to="."
      search={({ fate: _, ...rest }) => (fate === undefined ? rest : { ...rest, fate })}
      replace
      resetScroll={false}
      aria-current={isShown ? 'true' : undefined}
      className={`rounded-md px-2 py-1 ${isShown ? 'bg-raised text-text' : 'text-muted hover:text-text'}`}
      data-fate={fate ?? 'all'}
    >
      {name} {count.toLocaleString('en-US')}
    </Link>
  )
}

function Row({ row }: { row: PreviewedRow }): ReactNode {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 px-4 py-1.5" data-previewed={row.key}>
      <span className="[overflow-wrap:anywhere]">
        {row.key}
        {row.size !== null && <span className="text-muted"> · {byteWords(row.size)}</span>}
      </span>
      <span className="text-muted" title={`Rule ${row.rule}`}>
        {fateName(fateOfPreviewed(row))}
      </span>
    </div>
  )
}
