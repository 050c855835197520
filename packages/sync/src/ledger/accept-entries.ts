import type { AssetId } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import type { PoolClient } from 'pg'
import type { AssetWrite, LedgerEntry } from '../ports/ledger.ts'

/** An asset as it stands, locked. */
export interface LockedAsset {
  readonly id: AssetId
  readonly key: string
  readonly revision: number
  readonly trashed: boolean
}

/** What a group comes to when it is held against the library as it is. */
export interface Accepted {
  /** For each entry: `new` is to be written, `done` was written before, `refused` is not to be. */
  readonly verdicts: readonly ('new' | 'done' | 'refused')[]
  readonly locked: ReadonlyMap<string, LockedAsset>
}

type Change = Extract<AssetWrite, { kind: 'change' | 'trash' }>

/** Locks the assets of a group, in one order so that two runs cannot deadlock, and judges each entry. */
export async function acceptEntries(
  client: PoolClient,
  storeId: string,
  entries: readonly LedgerEntry[],
): Promise<Accepted> {
  const ids = new Set(entries.flatMap(({ assets }) => assets.map(({ id }) => id)))
  const locked = await lockAssets(client, [...ids])
  const stand = entries.map(({ assets }) => assets.every((write) => stands(write, locked)))
  // Nearly all stand, and of those nobody needs to ask whether they were written before.
  const done = await doneBefore(client, storeId, entries, stand)
  const verdicts = stand.map((isNew, index) => (isNew ? 'new' : done.has(index) ? 'done' : 'refused'))
  await refuseTakenKeys(client, entries, verdicts, locked)
  return { verdicts, locked }
}

async function lockAssets(client: PoolClient, ids: readonly string[]): Promise<ReadonlyMap<string, LockedAsset>> {
  if (ids.length === 0) return new Map()
  const rows = await query<LockedAsset & Record<string, unknown>>(
    client,
    `SELECT id, key, revision, trashed_at IS NOT NULL AS trashed FROM syncwatch.media_assets
     WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`,
    [ids],
  )
  return new Map(rows.map((row) => [row.id, row]))
}

function stands(write: AssetWrite, locked: ReadonlyMap<string, LockedAsset>): boolean {
  const asset = locked.get(write.id)
  switch (write.kind) {
    case 'create':
      return asset === undefined
    case 'keep-version':
      return true
    case 'change':
      return asset?.revision === write.revision && (!asset.trashed || write.restore)
    case 'trash':
      return asset?.revision === write.revision && !asset.trashed
  }
}

/** Entries whose commit went through although its answer was lost: what they create is there, and the base says what they say. */
async function doneBefore(
  client: PoolClient,
  storeId: string,
  entries: readonly LedgerEntry[],
  stand: readonly boolean[],
): Promise<ReadonlySet<number>> {
  const given = entries.flatMap(({ bases, assets }, index) => {
    const agreed = bases.filter((base) => base.kind === 'agree')
    if (stand[index] || agreed.length === 0 || assets.length === 0) return []
    return agreed.map((base) => ({
      index,
      of: agreed.length,
      asset_id: base.assetId,
      key: base.object.key,
      version: base.object.version,
      sha256: base.sha256,
      metadata: base.metadata,
      metadata_version: base.object.metadataVersion,
    }))
  })
  if (given.length === 0) return new Set()
  const rows = await query<{ index: number }>(
    client,
    `SELECT given.index FROM json_to_recordset($1::json) AS given
       (index integer, "of" integer, asset_id uuid, key text, version text, sha256 text, metadata jsonb, metadata_version text)
     JOIN syncwatch.media_replicas base
       ON base.asset_id = given.asset_id AND base.store_id = $2 AND base.state = 'present' AND base.remote_key = given.key
      AND base.remote_version = given.version AND base.content_sha256 IS NOT DISTINCT FROM given.sha256
      AND base.agreed_metadata = given.metadata AND base.remote_metadata_version IS NOT DISTINCT FROM given.metadata_version
     JOIN syncwatch.media_assets asset ON asset.id = base.asset_id AND asset.revision = base.library_revision
     GROUP BY given.index, given."of" HAVING count(*) = given."of"`,
    [JSON.stringify(given), storeId],
  )
  return new Set(rows.map(({ index }) => index))
}

/** Refuses what would give a live asset a name that another one has and keeps. Names may move within the group. */
async function refuseTakenKeys(
  client: PoolClient,
  entries: readonly LedgerEntry[],
  verdicts: ('new' | 'done' | 'refused')[],
  locked: ReadonlyMap<string, LockedAsset>,
): Promise<void> {
  const wanted = entries.flatMap((entry, index) =>
    verdicts[index] === 'new' ? entry.assets.flatMap((write) => targetKey(write, locked) ?? []) : [],
  )
  if (wanted.length === 0) return
  const holders = await query<{ id: string; key: string }>(
    client,
    `SELECT id, key FROM syncwatch.media_assets WHERE key = ANY ($1::text[]) AND trashed_at IS NULL`,
    [wanted],
  )
  const holderOf = new Map(holders.map(({ id, key }) => [key, id]))
  for (let changed = true; changed; ) {
    changed = false
    const leaving = leavingAssets(entries, verdicts, locked)
    const claimed = new Set<string>()
    for (const [index, entry] of entries.entries()) {
      if (verdicts[index] !== 'new') continue
      const keys = entry.assets.flatMap((write) => targetKey(write, locked) ?? [])
      const free = keys.every((key) => {
        const holder = holderOf.get(key)
        return (holder === undefined || leaving.has(holder)) && !claimed.has(key)
      })
      if (free) for (const key of keys) claimed.add(key)
      else {
        verdicts[index] = 'refused'
        changed = true
      }
    }
  }
}

/** The name that a live asset gets by this write, undefined where it keeps its own. */
export function targetKey(write: AssetWrite, locked: ReadonlyMap<string, LockedAsset>): string | undefined {
  if (write.kind === 'create') return write.key
  if (write.kind !== 'change') return undefined
  const asset = locked.get(write.id)
  if (asset === undefined) return undefined
  const key = write.key ?? asset.key
  return key !== asset.key || (write.restore && asset.trashed) ? key : undefined
}

function leavingAssets(
  entries: readonly LedgerEntry[],
  verdicts: readonly string[],
  locked: ReadonlyMap<string, LockedAsset>,
): ReadonlySet<string> {
  const leaving = new Set<string>()
  for (const [index, entry] of entries.entries()) {
    if (verdicts[index] !== 'new') continue
    for (const write of entry.assets) if (isLeaving(write, locked)) leaving.add(write.id)
  }
  return leaving
}

function isLeaving(write: AssetWrite, locked: ReadonlyMap<string, LockedAsset>): write is Change {
  return write.kind === 'trash' || (write.kind === 'change' && targetKey(write, locked) !== undefined)
}
