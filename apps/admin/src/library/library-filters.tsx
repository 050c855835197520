import type { AssetKind, FolderRow } from '@syncwatch/client/library'
import type { AssetSyncState, CollectionRow } from '@syncwatch/core'
import { getRouteApi } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Select } from '../ui/select.tsx'
import type { LibrarySearch } from './library-search.ts'

const route = getRouteApi('/library')
/** While somebody types nothing is asked for. */
const TYPING_MS = 200

const KINDS: readonly { value: AssetKind; name: string }[] = [
  { value: 'image', name: 'Pictures' },
  { value: 'video', name: 'Videos' },
  { value: 'audio', name: 'Sound' },
  { value: 'other', name: 'Other files' },
]
const STATES: readonly { value: AssetSyncState; name: string }[] = [
  { value: 'in_sync', name: 'In sync' },
  { value: 'differs', name: 'Differs' },
  { value: 'not_verified', name: 'Not verified' },
]

/** On a phone the labels stand below each other, and so do the selects. */
const COLUMN = 'contents sm:flex'

interface LibraryFiltersProps {
  folders: readonly FolderRow[]
  collections: readonly CollectionRow[]
}

/** Which assets are shown: all of it stands in the address. */
export function LibraryFilters({ folders, collections }: LibraryFiltersProps): ReactNode {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const choose = (change: Choice) =>
    void navigate({ search: (before) => without({ ...before, ...change }), replace: true, resetScroll: false })
  // A collection is a list of its own, in its own order; it is not searched.
  const isCollection = search.collection !== undefined
  return (
    <search className="mb-3 grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-4 gap-y-2 sm:flex sm:flex-wrap">
      {!isCollection && (
        <>
          <SearchField value={search.search ?? ''} onChange={(text) => choose({ search: text || undefined })} />
          <Select
            label="Folder"
            className={COLUMN}
            value={search.folder}
            options={foldersShown(folders, search.folder)}
            onChange={(folder) => choose({ folder })}
          />
          <Select
            label="Type"
            className={COLUMN}
            value={search.type}
            options={KINDS}
            onChange={(type) => choose({ type })}
          />
          <Select
            label="State"
            className={COLUMN}
            value={search.state}
            options={STATES}
            onChange={(state) => choose({ state })}
          />
        </>
      )}
      {(collections.length > 0 || isCollection) && (
        <Select
          label="Collection"
          className={COLUMN}
          value={search.collection}
          options={collections.map(({ id, name, asset_count }) => ({ value: id, name: `${name} (${asset_count})` }))}
          onChange={(collection) =>
            void navigate({ search: collection === undefined ? {} : { collection }, replace: true, resetScroll: false })
          }
        />
      )}
    </search>
  )
}

/** Also the folder of the address, which may be empty by now. */
function foldersShown(folders: readonly FolderRow[], chosen: string | undefined): { value: string; name: string }[] {
  const shown = folders.map(({ folder, asset_count }) => ({
    value: folder === '' ? '/' : folder,
    name: `${folder === '' ? 'not in a folder' : folder} (${asset_count})`,
  }))
  return chosen === undefined || shown.some(({ value }) => value === chosen)
    ? shown
    : [...shown, { value: chosen, name: `${chosen} (0)` }]
}

/** Undefined takes a choice away. */
type Choice = { [Name in keyof LibrarySearch]?: LibrarySearch[Name] | undefined }

const without = (search: Choice): LibrarySearch =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined))

function SearchField({ value, onChange }: { value: string; onChange: (text: string) => void }): ReactNode {
  const [typed, setTyped] = useState(value)
  const told = useRef(value)
  const latest = useRef(onChange)
  latest.current = onChange
  // The address was changed by something else than this field.
  useEffect(() => {
    if (value === told.current) return
    told.current = value
    setTyped(value)
  }, [value])
  useEffect(() => {
    const text = typed.trim()
    if (text === told.current) return
    const timer = setTimeout(() => {
      told.current = text
      latest.current(text)
    }, TYPING_MS)
    return () => clearTimeout(timer)
  }, [typed])
  return (
    <label className="relative col-span-2 flex min-w-48 flex-1 items-center sm:max-w-72">
      <span className="sr-only">Search</span>
      <Search size={14} aria-hidden="true" className="pointer-events-none absolute left-2 text-muted" />
      <input
        type="search"
        className="w-full rounded-md border border-line bg-surface py-1 pr-2 pl-7 text-text placeholder:text-muted"
        placeholder="Search names and folders"
        value={typed}
        maxLength={500}
        onChange={(event) => setTyped(event.target.value)}
      />
    </label>
  )
}
