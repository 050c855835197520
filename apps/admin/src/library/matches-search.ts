import type { AssetKind } from '@syncwatch/client/library'
import type { AssetRow } from '@syncwatch/core'
import type { LibrarySearch } from './library-search.ts'

/** Whether the server would list an asset for this address; for what comes in live. */
export function matchesSearch(asset: AssetRow, { search, folder, type, state }: LibrarySearch): boolean {
  return (
    (search === undefined || asset.key.toLowerCase().includes(search.toLowerCase())) &&
    (folder === undefined || asset.folder === folder.replace(/^\/|\/$/g, '')) &&
    (type === undefined || kindOf(asset) === type) &&
    (state === undefined || asset.sync_state === state)
  )
}

function kindOf({ mime_type }: AssetRow): AssetKind {
  const kind = mime_type?.split('/')[0]
  return kind === 'image' || kind === 'video' || kind === 'audio' ? kind : 'other'
}
