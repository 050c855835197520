import { byteWords, type ItemRow, type ItemState, isEnded, type OperationRow } from '@syncwatch/core'
import { useNow, useSyncStatusContext } from '@syncwatch/react'
import { type ReactNode, useCallback, useEffect, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Section } from '../ui/section.tsx'
import { SkeletonRows } from '../ui/skeleton-rows.tsx'
import { itemWords } from './item-words.ts'

const filters: { name: string; state: ItemState | null }[] = [
  { name: 'All', state: null },
  { name: 'Failed', state: 'failed' },
  { name: 'Skipped', state: 'skipped' },
]

/** What happened to each asset; failed ones can be looked at alone. Follows a running operation. */
export function ItemsSection({ row }: { row: OperationRow }): ReactNode {
  const [state, setState] = useState<ItemState | null>(row.failed_items > 0 ? 'failed' : null)
  const { items, loadMore, problem, isLoaded } = useItems(row, state)
  const choice = (
    <fieldset className="flex gap-1">
      <legend className="sr-only">Which items</legend>
      {filters.map((filter) => (
        <button
          key={filter.name}
          type="button"
          aria-pressed={state === filter.state}
          className="rounded-md px-2 py-0.5 text-muted hover:text-text aria-pressed:bg-raised aria-pressed:text-text"
          onClick={() => setState(filter.state)}
        >
          {filter.name}
          {filter.state === 'failed' && row.failed_items > 0 && ` ${row.failed_items.toLocaleString()}`}
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
        {items.length === 0 && isLoaded && <p className="px-4 py-6 text-center text-muted">{emptyWords(row, state)}</p>}
      </Card>
      {loadMore && (
        <Button className="mt-3 w-full py-2" onClick={loadMore}>
          Show more
        </Button>
      )}
    </Section>
  )
}

function emptyWords(row: OperationRow, state: ItemState | null): string {
  if (state === 'failed' && row.failed_items > 0) return 'It counted failed items but named none of them.'
  if (state !== null) return `No item was ${state}.`
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
  return (
    <div
      className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 px-4 py-2"
      data-item={item.item_key}
      data-state={item.state}
    >
      <span className="[overflow-wrap:anywhere]">{visibleName(item.item_key)}</span>
      <span className={tones[item.state]}>{itemWords(item)}</span>
      <span className="text-muted [overflow-wrap:anywhere]">
        {item.error_message ?? (item.bytes === null ? '' : byteWords(item.bytes))}
      </span>
      <span className="text-right text-muted">
        {item.duration_ms === null ? '' : `${Math.round(item.duration_ms)} ms`}
      </span>
    </div>
  )
}

/** Characters that cannot be seen, a newline in a name for instance, are shown as what they are. */
const visibleName = (key: string): string =>
  key.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1))

function useItems(row: OperationRow, state: ItemState | null) {
  const { client } = useSyncStatusContext()
  const [page, setPage] = useState<{ items: ItemRow[]; next: string | null; isLoaded: boolean }>({
    items: [],
    next: null,
    isLoaded: false,
  })
  const [problem, setProblem] = useState<string | null>(null)
  const load = useCallback(
    async (cursor: string | null) => {
      if (!client) return
      try {
        const loaded = await client.http.operations.items(row.id, {
          limit: 100,
          ...(state && { state: [state] }),
          ...(cursor && { cursor }),
        })
        setPage((before) => ({
          items: cursor ? [...before.items, ...loaded.items] : loaded.items,
          next: loaded.next_cursor,
          isLoaded: true,
        }))
        setProblem(null)
      } catch (error) {
        setProblem(error instanceof Error ? error.message : String(error))
      }
    },
    [client, row.id, state],
  )
  // The first page follows a running operation every two seconds, and is read once more when it has ended.
  const tick = useNow(2000)
  const reading = isEnded(row.status) ? row.status : tick
  // biome-ignore lint/correctness/useExhaustiveDependencies: it says that the page is stale
  useEffect(() => {
    void load(null)
  }, [load, reading])
  const { next } = page
  return { ...page, problem, loadMore: next === null ? null : () => void load(next) }
}
