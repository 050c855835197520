import type { StoreId } from '@syncwatch/core'
import { type Queryable, query } from '@syncwatch/database'
import type { StoreObject } from '../ports/store.ts'

/**
 * Whether everything under these keys is in the store as it was agreed on last, by the cheap evidence that a listing gives: what is
 * there, and (null) what is not. Then a run would find nothing about them.
 */
export async function areAsAgreed(
  on: Queryable,
  storeId: StoreId,
  objects: ReadonlyMap<string, Pick<StoreObject, 'version' | 'metadataVersion'> | null>,
): Promise<boolean> {
  const seen = [...objects].map(([key, object]) => ({
    key,
    version: object?.version ?? null,
    metadata_version: object?.metadataVersion ?? null,
  }))
  const [unknown] = await query(
    on,
    `SELECT seen.key FROM json_to_recordset($2::json) AS seen (key text, version text, metadata_version text)
     LEFT JOIN syncwatch.media_replicas base
       ON base.store_id = $1 AND base.state = 'present' AND base.remote_key = seen.key COLLATE "C"
     WHERE base.remote_version IS DISTINCT FROM seen.version
        OR base.remote_metadata_version IS DISTINCT FROM seen.metadata_version
        -- It may have been a folder, and all that was in it went with it.
        OR (seen.version IS NULL AND EXISTS (
          SELECT FROM syncwatch.media_replicas inside
          WHERE inside.store_id = $1 AND inside.state = 'present' AND inside.remote_key ^@ (seen.key || '/')))
     LIMIT 1`,
    [storeId, JSON.stringify(seen)],
  )
  return unknown === undefined
}
