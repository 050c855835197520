import { byteWords, type ConflictRow, type ConflictSideRow } from '@syncwatch/core'

/** One line of the comparison of two sides. */
export interface SideDifference {
  name: string
  library: string
  store: string
  differs: boolean
}

type Read = (side: ConflictSideRow) => string

const FACTS: readonly [string, Read][] = [
  ['Size', (side) => byteWords(side.size)],
  ['Changed', (side) => (side.modified_at === null ? 'unknown' : new Date(side.modified_at).toLocaleString())],
]

const TEXTS: readonly [string, Read][] = [
  ['Name', (side) => side.key],
  ['Type', (side) => side.mime_type ?? 'unknown'],
  ['Title', ({ metadata }) => metadata.display_name ?? '—'],
  ['Description', ({ metadata }) => metadata.description ?? '—'],
  ['Alt text', ({ metadata }) => metadata.alt_text ?? '—'],
  ['Tags', ({ metadata }) => [...metadata.tags].sort().join(', ') || '—'],
]

/** What to compare of two sides: size and time always, the rest where it is not the same. */
export function sideDifferences({ library_side, store_side }: ConflictRow): SideDifference[] {
  const line = ([name, read]: readonly [string, Read]): SideDifference => {
    const library = library_side === null ? 'deleted' : read(library_side)
    const store = store_side === null ? 'deleted' : read(store_side)
    return { name, library, store, differs: library !== store }
  }
  const isOneGone = library_side === null || store_side === null
  const texts = isOneGone ? [] : [...TEXTS.map(line), ...customLines(library_side, store_side)]
  return [content({ library_side, store_side }), ...FACTS.map(line), ...texts.filter(({ differs }) => differs)]
}

/** Whether the bytes are the same: said in words, because nobody compares hashes by eye. */
function content({ library_side, store_side }: Pick<ConflictRow, 'library_side' | 'store_side'>): SideDifference {
  const words = (own: ConflictSideRow | null, other: ConflictSideRow | null) => {
    if (own === null) return 'deleted'
    if (own.sha256 === null) return 'not read'
    return other !== null && own.sha256 === other.sha256 ? 'the same' : own.sha256.slice(0, 12)
  }
  const library = words(library_side, store_side)
  return { name: 'Content', library, store: words(store_side, library_side), differs: library !== 'the same' }
}

function customLines(library: ConflictSideRow, store: ConflictSideRow): SideDifference[] {
  const names = new Set([...Object.keys(library.metadata.custom), ...Object.keys(store.metadata.custom)])
  const text = (value: unknown) =>
    value === undefined ? '—' : typeof value === 'string' ? value : JSON.stringify(value)
  return [...names].sort().map((name) => {
    const [ours, theirs] = [text(library.metadata.custom[name]), text(store.metadata.custom[name])]
    return { name, library: ours, store: theirs, differs: ours !== theirs }
  })
}
