import { isSyncwatchError, SyncwatchError } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import type { Pool } from 'pg'

/** Runs a change that may run into a key that another live asset has: then it rejects `asset_exists` with that asset's id. */
export async function refusingTakenKey<Result>(pool: Pool, key: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!isSyncwatchError(error) || error.details.constraint !== 'media_assets_live_key') throw error
    const [other] = await query<{ id: string }>(
      pool,
      'SELECT id FROM syncwatch.media_assets WHERE key = $1 AND trashed_at IS NULL',
      [key],
    )
    throw new SyncwatchError('asset_exists', `Another asset is called "${key}". Choose another name.`, {
      cause: error,
      details: other === undefined ? {} : { asset_id: other.id },
    })
  }
}
