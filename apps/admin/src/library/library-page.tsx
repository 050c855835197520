import { useStores } from '@syncwatch/react'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useMedia } from '../media/media-context.ts'
import { AsOf } from '../ui/as-of.tsx'
import { Notice } from '../ui/notice.tsx'
import { AssetDrawer } from './asset-drawer.tsx'
import { AssetGrid } from './asset-grid.tsx'
import { SkeletonGrid } from './skeleton-grid.tsx'
import { type Assets, useAssets } from './use-assets.ts'

const route = getRouteApi('/library')

/** Every asset of the library, latest first, as a grid that holds any number of them. */
export function LibraryPage(): ReactNode {
  const { asset } = route.useSearch()
  const navigate = route.useNavigate()
  const { attention } = useMedia()
  const library = useAssets()
  const { assets, problem, isLoading, loadMore, reload } = library
  const isEmpty = assets.length === 0
  return (
    <div data-page="library" data-figures>
      <div className="mb-4 flex flex-wrap items-baseline gap-x-3">
        <h1>Library</h1>
        <p className="text-muted" data-loaded={assets.length}>
          {isEmpty ? '' : countWords(library)}
        </p>
        <AsOf className="ml-auto" />
        <Link to="/trash" className="text-accent underline underline-offset-2">
          Trash
          {attention !== null && attention.trash_count > 0 && ` · ${attention.trash_count.toLocaleString('en-US')}`}
        </Link>
      </div>
      {problem && <Notice what="The library could not be loaded." why={problem} retry={reload} />}
      {isEmpty && isLoading && <SkeletonGrid />}
      {isEmpty && !isLoading && !problem && <Nothing />}
      <AssetGrid assets={assets} loadMore={loadMore} />
      {asset && (
        <AssetDrawer key={asset} id={asset} onClose={() => void navigate({ search: {}, resetScroll: false })} />
      )}
    </div>
  )
}

function countWords({ assets, total, loadMore }: Assets): string {
  const count = assets.length.toLocaleString('en-US')
  if (loadMore)
    return total === null ? `the latest ${count}` : `the latest ${count} of ${total.toLocaleString('en-US')}`
  return `${count} ${assets.length === 1 ? 'asset' : 'assets'}`
}

function Nothing(): ReactNode {
  const stores = useStores()
  return (
    <div className="py-20 text-center">
      <p className="text-base font-medium">Nothing is here yet.</p>
      <p className="mt-1 text-muted">
        {stores.length === 0
          ? 'Connect a store, and its files appear here.'
          : 'The files of the connected stores appear here while they are synced.'}
      </p>
    </div>
  )
}
