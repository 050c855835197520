import { useStores } from '@syncwatch/react'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type ReactNode, useCallback, useMemo } from 'react'
import { useMedia } from '../media/media-context.ts'
import { useLoaded } from '../media/use-loaded.ts'
import { useStoresChange } from '../media/use-stores-change.ts'
import { AsOf } from '../ui/as-of.tsx'
import { ConnectLink } from '../ui/connect-link.tsx'
import { Notice } from '../ui/notice.tsx'
import { AssetDrawer } from './asset-drawer.tsx'
import { AssetGrid } from './asset-grid.tsx'
import { BulkBar } from './bulk-bar.tsx'
import { CollectionHead } from './collection-head.tsx'
import { LibraryFilters } from './library-filters.tsx'
import { isNarrowed } from './library-search.ts'
import { SkeletonGrid } from './skeleton-grid.tsx'
import { type Assets, useAssets } from './use-assets.ts'
import { useBulk } from './use-bulk.ts'
import { useSelection } from './use-selection.ts'

const route = getRouteApi('/library')

/** Every asset of the library, latest first, or those that are looked for, as a grid that holds any number of them. */
export function LibraryPage(): ReactNode {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { api, attention } = useMedia()
  const change = useStoresChange()
  const library = useAssets(search)
  const { assets, problem, isLoading, isStale, loadMore, reload } = library
  const folders = useLoaded(
    useCallback(() => api.assets.folders(), [api]),
    change,
  )
  const collections = useLoaded(
    useCallback(() => api.collections.list(), [api]),
    change,
  )
  const known = collections.data?.items ?? []
  const collection = known.find(({ id }) => id === search.collection)
  const selection = useSelection(useMemo(() => assets.map(({ id }) => id), [assets]))
  const bulk = useBulk({ hide: library.hide, unhide: library.unhide, onCollections: collections.reload })
  const isEmpty = assets.length === 0
  // Nothing to look through, and nothing to choose from.
  const isUnused = isEmpty && !isLoading && !problem && !isNarrowed(search)
  const close = () => void navigate({ search: ({ asset: _, ...rest }) => rest, resetScroll: false })
  return (
    <div data-page="library" data-figures aria-busy={isStale}>
      <div className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1">
        <h1>Library</h1>
        <p className="text-muted" data-loaded={assets.length}>
          {isEmpty || isStale ? '' : countWords(library, isNarrowed(search))}
        </p>
        <AsOf className="mr-auto" />
        {collection && (
          <CollectionHead
            collection={collection}
            onChanged={collections.reload}
            onRemoved={() => {
              collections.reload()
              void navigate({ search: {} })
            }}
          />
        )}
        <Link to="/trash" className="text-accent underline underline-offset-2">
          Trash
          {attention !== null && attention.trash_count > 0 && ` · ${attention.trash_count.toLocaleString('en-US')}`}
        </Link>
      </div>
      {!isUnused && <LibraryFilters folders={folders.data?.items ?? []} collections={known} />}
      {problem && <Notice what="The library could not be loaded." why={problem} retry={reload} />}
      {!isUnused && (
        <BulkBar assets={assets} selection={selection} bulk={bulk} collections={known} collection={collection} />
      )}
      {isEmpty && isLoading && <SkeletonGrid />}
      {isUnused && <Nothing />}
      {isEmpty && !isLoading && !problem && isNarrowed(search) && <NothingLikeThat />}
      <AssetGrid assets={assets} loadMore={loadMore} selected={selection.ids} onSelect={selection.toggle} />
      {search.asset && <AssetDrawer key={search.asset} id={search.asset} onClose={close} />}
    </div>
  )
}

function countWords({ assets, total, loadMore }: Assets, isPart: boolean): string {
  const count = assets.length.toLocaleString('en-US')
  if (loadMore)
    return total === null
      ? `the latest ${count}${isPart ? ' of these' : ''}`
      : `the latest ${count} of ${total.toLocaleString('en-US')}`
  return `${count} ${assets.length === 1 ? 'asset' : 'assets'}`
}

function NothingLikeThat(): ReactNode {
  return (
    <div className="py-20 text-center">
      <p className="text-base font-medium">No asset is like that.</p>
      <p className="mt-1 text-muted">
        <Link to="/library" search={{}} className="text-accent underline underline-offset-2">
          Show the whole library
        </Link>
      </p>
    </div>
  )
}

function Nothing(): ReactNode {
  const stores = useStores()
  return (
    <div className="py-20 text-center">
      <p className="text-base font-medium">Nothing is here yet.</p>
      <p className="mt-1 text-muted">
        {stores.length === 0
          ? 'Connect a folder, and its files appear here.'
          : 'The files of the connected stores appear here while they are synced.'}
      </p>
      {stores.length === 0 && <ConnectLink className="mt-4" />}
    </div>
  )
}
