import { type StoreSummary, SyncwatchError } from '@syncwatch/core'
import { plain } from '../output/table.ts'
import type { ServerApi } from './server-api.ts'

/** Finds a store by its id or its name. Throws `store_not_found`. */
export async function findStore(api: ServerApi, wanted: string): Promise<StoreSummary> {
  const { items } = await api.call<{ items: StoreSummary[] }>('GET', '/stores')
  const found = items.find((store) => store.id === wanted || store.name === wanted)
  if (found !== undefined) return found
  const names = items.map((store) => `"${plain(store.name)}"`).join(', ')
  throw new SyncwatchError(
    'store_not_found',
    `There is no store "${plain(wanted)}"; there ${names === '' ? 'are none' : `are ${names}`}.`,
  )
}
