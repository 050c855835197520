import type { StoreId } from '@syncwatch/core'
import { query, transaction } from '@syncwatch/database'
import { StoreCatalog } from '@syncwatch/sync'
import type pg from 'pg'

/** Makes a library of `count` assets that agrees with the simulated listing in all. */
export async function fill(pool: pg.Pool, count: number): Promise<StoreId> {
  const catalog = new StoreCatalog(pool)
  const { id } = await catalog.create({ name: `store of ${count}`, kind: 'folder', location: `/simulated/${count}` })
  await catalog.recordIdentity(id, { marker: 'simulated', place: 'simulated' })
  await transaction(pool, (client) => fillTables(client, id, count), { statementTimeoutMs: 3_600_000 })
  await query(pool, 'VACUUM ANALYZE syncwatch.media_assets')
  await query(pool, 'VACUUM ANALYZE syncwatch.media_replicas')
  return id
}

async function fillTables(client: pg.PoolClient, id: StoreId, count: number): Promise<void> {
  await query(
    client,
    `INSERT INTO syncwatch.media_assets (id, key, sha256, size, mime_type)
     SELECT syncwatch.uuid7(), 'folder ' || n % 1000 || '/picture ' || n || '.jpg',
            encode(sha256(convert_to(n::text, 'UTF8')), 'hex'), 50000, 'image/jpeg'
     FROM generate_series(0, $1::integer - 1) AS n`,
    [count],
  )
  await query(
    client,
    `INSERT INTO syncwatch.media_replicas
       (store_id, asset_id, remote_id, remote_key, remote_version, remote_size, content_sha256, library_revision, verified_at)
     SELECT $1, asset.id, '1:' || number.n, asset.key, '50000-' || number.n || '-' || number.n, 50000, asset.sha256,
            asset.revision, now()
     FROM syncwatch.media_assets asset,
          LATERAL (SELECT substring(asset.key FROM 'picture (\\d+)') AS n) number`,
    [id],
  )
}
