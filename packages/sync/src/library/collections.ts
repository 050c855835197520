import { type AssetRow, type CollectionRow, isUuid, optionalText, SyncwatchError } from '@syncwatch/core'
import { type Queryable, query, transaction } from '@syncwatch/database'
import type { Page } from '@syncwatch/status-manager'
import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'
import { ASSET_COLUMNS, ASSET_JOINS } from './asset-columns.ts'

const name = optionalText(255).trim().min(1, 'must not be empty')
const description = optionalText(10_000).nullable()

export const newCollectionSchema = z.strictObject({ name, description: description.optional() })
export const collectionEditSchema = z.strictObject({ name: name.optional(), description: description.optional() })
export type NewCollection = z.infer<typeof newCollectionSchema>
export type CollectionEdit = z.infer<typeof collectionEditSchema>

const COLUMNS = `collection.id, collection.revision, collection.name, collection.description, collection.created_by,
  collection.created_at, collection.updated_at,
  (SELECT count(*) FROM syncwatch.media_collection_assets member JOIN syncwatch.media_assets asset
     ON asset.id = member.asset_id AND asset.trashed_at IS NULL
   WHERE member.collection_id = collection.id) AS asset_count`

/** Named lists of assets: the app's own, never synced. A change is conditional on the collection's revision. */
export class Collections {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /** By name; at most 1,000. */
  list(): Promise<CollectionRow[]> {
    return query<CollectionRow & Record<string, unknown>>(
      this.#pool,
      `SELECT ${COLUMNS} FROM syncwatch.media_collections collection ORDER BY name COLLATE "C", id LIMIT 1000`,
    )
  }

  /** Rejects `collection_not_found`. */
  get(id: string): Promise<CollectionRow> {
    return read(this.#pool, id)
  }

  async create({ name, description = null }: NewCollection, by: string): Promise<CollectionRow> {
    const [row] = await query<{ id: string }>(
      this.#pool,
      'INSERT INTO syncwatch.media_collections (name, description, created_by) VALUES ($1, $2, $3) RETURNING id',
      [name, description, by],
    )
    return read(this.#pool, (row as { id: string }).id)
  }

  /** Rejects `collection_not_found` and `revision_stale`. */
  edit(id: string, edit: CollectionEdit, revision: number): Promise<CollectionRow> {
    return this.#change(id, revision, async (client, before) => {
      await query(client, 'UPDATE syncwatch.media_collections SET name = $2, description = $3 WHERE id = $1', [
        id,
        edit.name ?? before.name,
        edit.description === undefined ? before.description : edit.description,
      ])
    })
  }

  /** The assets stay. Rejects `collection_not_found` and `revision_stale`. */
  async remove(id: string, revision: number): Promise<void> {
    await transaction(this.#pool, async (client) => {
      await lock(client, id, revision)
      await query(client, 'DELETE FROM syncwatch.media_collections WHERE id = $1', [id])
    })
  }

  /** The live assets of a collection in its order. `cursor` is how far the page before came. */
  async assets(id: string, { limit = 50, cursor }: { limit?: number; cursor?: string } = {}): Promise<Page<AssetRow>> {
    await read(this.#pool, id)
    const after = cursor === undefined ? -1 : Number(cursor)
    if (!Number.isInteger(after)) throw new SyncwatchError('invalid_cursor', 'The cursor is not one of this list.')
    const rows = await query<AssetRow & { position: number }>(
      this.#pool,
      `SELECT ${ASSET_COLUMNS}, member.position FROM syncwatch.media_collection_assets member
       JOIN syncwatch.media_assets asset ON asset.id = member.asset_id AND asset.trashed_at IS NULL ${ASSET_JOINS}
       WHERE member.collection_id = $1 AND member.position > $2 ORDER BY member.position LIMIT $3`,
      [id, after, limit + 1],
    )
    const page = rows.slice(0, limit)
    return {
      items: page.map(({ position: _, ...row }) => row as AssetRow),
      next_cursor: rows.length > limit ? String(page.at(-1)?.position) : null,
    }
  }

  /**
   * Adds assets at the end, or at `position` counted from 0; those that are in it already move there. Rejects `asset_not_found`,
   * `collection_not_found` and `revision_stale`.
   */
  add(id: string, assetIds: readonly string[], revision: number, position: number | null): Promise<CollectionRow> {
    return this.#arrange(id, revision, async (client, before) => {
      await assertAssets(client, assetIds)
      const given = [...new Set(assetIds)]
      const rest = before.filter((assetId) => !given.includes(assetId))
      return rest.toSpliced(position ?? rest.length, 0, ...given)
    })
  }

  /** Takes assets out; what is not in it is no failure. Rejects `collection_not_found` and `revision_stale`. */
  take(id: string, assetIds: readonly string[], revision: number): Promise<CollectionRow> {
    return this.#arrange(id, revision, async (_, before) => before.filter((assetId) => !assetIds.includes(assetId)))
  }

  /** Puts the whole collection into this order. Rejects `invalid_input` unless it names exactly the assets that are in it. */
  reorder(id: string, assetIds: readonly string[], revision: number): Promise<CollectionRow> {
    return this.#arrange(id, revision, async (_, before) => {
      const wanted = new Set(assetIds)
      if (wanted.size !== before.length || assetIds.length !== before.length || before.some((one) => !wanted.has(one)))
        throw new SyncwatchError('invalid_input', `The order must name each of the ${before.length} assets once.`)
      return assetIds
    })
  }

  #arrange(
    id: string,
    revision: number,
    order: (client: PoolClient, before: readonly string[]) => Promise<readonly string[]>,
  ): Promise<CollectionRow> {
    return this.#change(id, revision, async (client) => {
      const rows = await query<{ asset_id: string }>(
        client,
        `SELECT asset_id FROM syncwatch.media_collection_assets WHERE collection_id = $1 ORDER BY position, asset_id`,
        [id],
      )
      const after = await order(
        client,
        rows.map(({ asset_id }) => asset_id),
      )
      await writeOrder(client, id, after)
    })
  }

  async #change(
    id: string,
    revision: number,
    work: (client: PoolClient, before: CollectionRow) => Promise<void>,
  ): Promise<CollectionRow> {
    return transaction(this.#pool, async (client) => {
      await work(client, await lock(client, id, revision))
      await query(
        client,
        'UPDATE syncwatch.media_collections SET revision = revision + 1, updated_at = now() WHERE id = $1',
        [id],
      )
      return read(client, id)
    })
  }
}

async function writeOrder(client: PoolClient, id: string, assetIds: readonly string[]): Promise<void> {
  await query(
    client,
    `DELETE FROM syncwatch.media_collection_assets WHERE collection_id = $1 AND asset_id <> ALL ($2::uuid[])`,
    [id, assetIds],
  )
  await query(
    client,
    `INSERT INTO syncwatch.media_collection_assets (collection_id, asset_id, position)
     SELECT $1, asset_id, place - 1 FROM unnest($2::uuid[]) WITH ORDINALITY AS given (asset_id, place)
     ON CONFLICT (collection_id, asset_id) DO UPDATE SET position = excluded.position`,
    [id, assetIds],
  )
}

async function assertAssets(client: PoolClient, ids: readonly string[]): Promise<void> {
  const rows = await query<{ id: string }>(
    client,
    'SELECT id FROM syncwatch.media_assets WHERE id = ANY ($1::uuid[]) AND trashed_at IS NULL FOR KEY SHARE',
    [ids.filter(isUuid)],
  )
  const known = new Set(rows.map((row) => row.id))
  const unknown = ids.find((id) => !known.has(id))
  if (unknown !== undefined)
    throw new SyncwatchError('asset_not_found', `There is no asset "${unknown.slice(0, 64)}". Nothing was added.`)
}

async function lock(client: PoolClient, id: string, revision: number): Promise<CollectionRow> {
  if (isUuid(id)) await query(client, 'SELECT FROM syncwatch.media_collections WHERE id = $1 FOR UPDATE', [id])
  const collection = await read(client, id)
  if (collection.revision === revision) return collection
  throw new SyncwatchError(
    'revision_stale',
    `"${collection.name}" was changed since: it has revision ${collection.revision} and not ${revision}. Read it again, then decide anew.`,
    { details: { revision: collection.revision, given: revision } },
  )
}

async function read(on: Queryable, id: string): Promise<CollectionRow> {
  const [row] = isUuid(id)
    ? await query<CollectionRow & Record<string, unknown>>(
        on,
        `SELECT ${COLUMNS} FROM syncwatch.media_collections collection WHERE collection.id = $1`,
        [id],
      )
    : []
  if (row === undefined)
    throw new SyncwatchError('collection_not_found', `There is no collection "${id.slice(0, 64)}".`)
  return row
}
