import { query } from '@syncwatch/database'
import type { Pool } from 'pg'

/** Assets of one statement, so that none takes long. */
const BATCH = 500

/** Which of the trash is to go for good. */
export interface PurgeTrash {
  /** Only what was deleted before this time; null for all of it. */
  readonly before: Date | null
  /** Only these; null for all of them. */
  readonly ids: readonly string[] | null
}

/**
 * Removes assets from the trash for good, with their versions; their bytes follow when nothing else refers to them. What a
 * store has still (its delete is under way, or held) stays, so that its base does not lose what it is the base of. Resolves
 * to how many went.
 */
export async function purgeTrash(pool: Pool, { before, ids }: PurgeTrash): Promise<number> {
  for (let purged = 0; ; ) {
    const gone = await query(
      pool,
      `DELETE FROM syncwatch.media_assets WHERE id IN (
         SELECT asset.id FROM syncwatch.media_assets asset
         WHERE asset.trashed_at IS NOT NULL AND ($1::timestamptz IS NULL OR asset.trashed_at < $1)
           AND ($2::uuid[] IS NULL OR asset.id = ANY ($2::uuid[]))
           AND NOT EXISTS (SELECT FROM syncwatch.media_replicas base
                           WHERE base.asset_id = asset.id AND base.state = 'present')
         ORDER BY asset.trashed_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
       RETURNING id`,
      [before, ids],
    )
    purged += gone.length
    if (gone.length < BATCH) return purged
  }
}
