import { byteWords, type ItemRow, type ItemState, isEnded, type OperationRow } from '@syncwatch/core'
import { useNow, useSyncStatusContext } from '@syncwatch/react'
import { Fragment, type ReactNode, useCallback, useEffect, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Section } from '../ui/section.tsx'
import { SkeletonRows } from '../ui/skeleton-rows.tsx'
import { itemWords } from './item-words.ts'

interface Filter {
  name: string
  query: { state?: ItemState[]; remarked?: true }
  /** What is said where there is none. */
  none: string | null
}

const ALL: Filter = { name: 'All', query: {}, none: null }
const FAILED: Filter = { name: 'Failed', query: { state: ['failed'] }, none: 'No item failed.' }
const filters: Filter[] = [
  ALL,
  FAILED,
  { name: 'Skipped', query: { state: ['skipped'] }, none: 'No item was skipped.' },
  { name: 'Remarks', query: { state: ['done'], remarked: true }, none: 'There is no remark on an item that is done.' },
]

/** What happened to each asset; failed ones can be looked at alone. Follows a running operation. */
export function ItemsSection({ row }: { row: OperationRow }): ReactNode {
  const [chosen, choose] = useState(row.failed_items > 0 ? FAILED : ALL)
  const { items, loadMore, problem, isLoaded } = useItems(row, chosen)
  const choice = (
    <fieldset className="flex gap-1">
      <legend className="sr-only">Which items</legend>
      {filters.map((filter) => (
        <button
          key={filter.name}
          type="button"
          aria-pressed={chosen === filter}
          className="rounded-md px-2 py-0.5 text-muted hover:text-text aria-pressed:bg-raised aria-pressed:text-text"
          onClick={() => choose(filter)}
        >
          {filter.name}
          {filter === FAILED && row.failed_items > 0 && ` ${row.failed_items.toLocaleString()}`}
        </button>
      ))}
    </fieldset>
  )
  return (
    <Section title="Items" aside={choice}>
      <Card className="divide-y divide-line">
        {problem && (
          <p role="alert" className="px-4 py-3 text-bad">
            The items could not be loaded: {problem}
          </p>
        )}
        {items.map((item) => (
          <Item key={item.id} item={item} />
        ))}
        {items.length === 0 && !isLoaded && !problem && <SkeletonRows rows={4} what="Loading" />}
        {items.length === 0 && isLoaded && (
          <p className="px-4 py-6 text-center text-muted">{emptyWords(row, chosen)}</p>
        )}
      </Card>
      {loadMore && (
        <Button className="mt-3 w-full py-2" onClick={loadMore}>
          Show more
        </Button>
      )}
    </Section>
  )
}

function emptyWords(row: OperationRow, chosen: Filter): string {
  if (chosen === FAILED && row.failed_items > 0) return 'It counted failed items but named none of them.'
  if (chosen.none !== null) return chosen.none
  return row.processed_items > 0 ? 'It counted its items but named none of them.' : 'No item is listed.'
}

const tones: Record<ItemState, string> = {
  pending: 'text-muted',
  in_progress: 'text-accent',
  done: 'text-muted',
  failed: 'text-bad',
  skipped: 'text-warn',
}

function Item({ item }: { item: ItemRow }): ReactNode {
  const isRemark = item.state === 'done' && item.error_code !== null
  return (
    <div
      className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 px-4 py-2"
      data-item={item.item_key}
      data-state={item.state}
    >
      <span className="[overflow-wrap:anywhere]">{withBreaks(visibleName(item.item_key))}</span>
      <span className={tones[item.state]}>{itemWords(item)}</span>
      <span className={`${isRemark ? 'text-warn' : 'text-muted'} [overflow-wrap:anywhere]`}>
        {item.error_message ?? (item.bytes === null ? '' : byteWords(item.bytes))}
      </span>
      <span className="text-right text-muted">
        {item.duration_ms === null ? '' : `${Math.round(item.duration_ms)} ms`}
      </span>
    </div>
  )
}

/** A path breaks behind its folders before it breaks within a name. */
const withBreaks = (path: string): ReactNode =>
  path.split(/(?<=\/)/).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a path are never put in another order
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ))

/** Characters that cannot be seen, a newline in a name for instance, are shown as what they are. */
const visibleName = (key: string): string =>
  key.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1))

const SETTLED_AFTER_MS = 60_000

interface ItemPages {
  of: Filter
  items: ItemRow[]
  next: string | null
  isLoaded: boolean
}

/** What is known, with what was read now in its place: pages that were opened below the first stay open. */
function merged(known: readonly ItemRow[], read: readonly ItemRow[]): ItemRow[] {
  const fresh = new Map(read.map((item) => [item.id, item]))
  const kept = known.map((item) => fresh.get(item.id) ?? item)
  const there = new Set(kept.map(({ id }) => id))
  return [...kept, ...read.filter(({ id }) => !there.has(id))]
}

function useItems(row: OperationRow, chosen: Filter) {
  const { client } = useSyncStatusContext()
  const [page, setPage] = useState<ItemPages>({ of: chosen, items: [], next: null, isLoaded: false })
  const [problem, setProblem] = useState<string | null>(null)
  const load = useCallback(
    async (cursor: string | null) => {
      if (!client) return
      try {
        const loaded = await client.http.operations.items(row.id, {
          limit: 100,
          ...chosen.query,
          ...(cursor && { cursor }),
        })
        setPage((before) => {
          const known = before.of === chosen ? before : null
          const next =
            cursor || known === null || known.items.length <= loaded.items.length ? loaded.next_cursor : known.next
          return { of: chosen, items: merged(known?.items ?? [], loaded.items), next, isLoaded: true }
        })
        setProblem(null)
      } catch (error) {
        setProblem(error instanceof Error ? error.message : String(error))
      }
    },
    [client, row.id, chosen],
  )
  // The first page follows a running operation every two seconds, and for a while after its end: whether an image can be shown is
  // found out later than that it was imported.
  const tick = useNow(2000)
  const isSettled = tick === null || (row.end_time !== null && tick - Date.parse(row.end_time) > SETTLED_AFTER_MS)
  const reading = isEnded(row.status) && isSettled ? row.status : tick
  // biome-ignore lint/correctness/useExhaustiveDependencies: it says that the page is stale
  useEffect(() => {
    void load(null)
  }, [load, reading])
  const { next } = page
  return { ...page, problem, loadMore: next === null ? null : () => void load(next) }
}
