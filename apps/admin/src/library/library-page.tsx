import { useStores } from '@syncwatch/react'
import type { ReactNode } from 'react'
import { AssetGrid } from './asset-grid.tsx'
import { useAssets } from './use-assets.ts'

/** Every asset of the library, latest first, as a grid that holds any number of them. */
export function LibraryPage(): ReactNode {
  const { assets, problem, isLoading, loadMore } = useAssets()
  const stores = useStores()
  return (
    <div data-page="library">
      <div className="mb-4 flex items-baseline gap-3">
        <h1>Library</h1>
        <p className="text-muted" data-loaded={assets.length}>
          {loadMore
            ? `the latest ${assets.length.toLocaleString()}`
            : `${assets.length.toLocaleString()} ${assets.length === 1 ? 'asset' : 'assets'}`}
        </p>
      </div>
      {problem && (
        <p role="alert" className="mb-3 text-bad">
          The library could not be loaded: {problem}
        </p>
      )}
      {assets.length === 0 && !isLoading && !problem && (
        <p className="py-16 text-center text-muted">
          {stores.length === 0
            ? 'Connect a store, and its files appear here.'
            : 'Nothing has been synced into the library yet.'}
        </p>
      )}
      <AssetGrid assets={assets} loadMore={loadMore} />
    </div>
  )
}
