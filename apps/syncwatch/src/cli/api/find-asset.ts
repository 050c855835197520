import { type AssetDetail, type AssetRow, isUuid, SyncwatchError } from '@syncwatch/core'
import { plain } from '../output/table.ts'
import type { ServerApi } from './server-api.ts'

interface Page<Row> {
  items: Row[]
  next_cursor: string | null
}

/** Finds a live asset by its id or its key. Throws `asset_not_found`. */
export async function findAsset(api: ServerApi, wanted: string): Promise<AssetRow> {
  if (isUuid(wanted)) return api.call<AssetDetail>('GET', `/assets/${wanted}`)
  const { items } = await api.call<Page<AssetRow>>('GET', `/assets?limit=1&key=${encodeURIComponent(wanted)}`)
  return items[0] ?? missing(`There is no asset "${plain(wanted)}".`)
}

/** Finds an asset in the trash by its id or its key, the one that was deleted last. Throws `asset_not_found`. */
export async function findTrashed(api: ServerApi, wanted: string): Promise<AssetDetail> {
  if (isUuid(wanted)) return api.call<AssetDetail>('GET', `/assets/${wanted}`)
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page: Page<AssetDetail> = await api.call('GET', `/trash?limit=500${query}`)
    const found = page.items.find(({ key }) => key === wanted)
    if (found !== undefined) return found
    cursor = page.next_cursor
  }
  return missing(`There is no "${plain(wanted)}" in the trash.`)
}

function missing(sentence: string): never {
  throw new SyncwatchError('asset_not_found', sentence)
}
