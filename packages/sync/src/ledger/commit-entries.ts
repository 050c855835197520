import { type ItemReport, isSyncwatchError, type Random, type StoreId } from '@syncwatch/core'
import { query, transaction } from '@syncwatch/database'
import type { OperationRun } from '@syncwatch/status-manager'
import type { Pool, PoolClient } from 'pg'
import { markApplied } from '../conflicts/decisions.ts'
import { recordConflict } from '../conflicts/record-conflict.ts'
import { DAMAGED_IMAGE } from '../media/damaged-image.ts'
import type { AssetContent, AssetWrite, LedgerEntry } from '../ports/ledger.ts'
import { acceptEntries } from './accept-entries.ts'
import { writeAssets } from './write-assets.ts'
import { writeBases } from './write-bases.ts'

export interface CommitOptions {
  readonly pool: Pool
  readonly run: Pick<OperationRun, 'id' | 'itemsWithin'>
  readonly storeId: StoreId
  readonly random: Random
  /** Which MIME types get dimensions and a thumbnail. */
  canInspect(mimeType: string): boolean
}

/** How often a group begins anew because somebody else took a name between our look and our write. */
const COLLISIONS = 5

/** Commits a group in one transaction: assets, base, conflicts and items together, under the fence of the operation. */
export async function commitEntries(
  entries: readonly LedgerEntry[],
  options: CommitOptions,
): Promise<readonly boolean[]> {
  for (let left = COLLISIONS; ; left--) {
    try {
      return await transaction(options.pool, (client) => commitOnce(client, entries, options))
    } catch (error) {
      if (left === 0 || !isCollision(error)) throw error
    }
  }
}

function isCollision(error: unknown): boolean {
  return (
    isSyncwatchError(error, 'asset_changed') ||
    (isSyncwatchError(error) && error.details.constraint === 'media_assets_live_key')
  )
}

async function commitOnce(
  client: PoolClient,
  entries: readonly LedgerEntry[],
  options: CommitOptions,
): Promise<readonly boolean[]> {
  const { run, storeId, random } = options
  const { verdicts, locked } = await acceptEntries(client, storeId, entries)
  const fresh = entries.filter((_, index) => verdicts[index] === 'new')
  await writeAssets(
    client,
    fresh.flatMap(({ assets }) => assets),
    locked,
    run.id,
  )
  await writeBases(
    client,
    fresh.flatMap(({ bases }) => bases),
    storeId,
    random,
  )
  for (const { conflict, applied } of fresh) {
    if (conflict !== null) await recordConflict(client, { ...conflict, storeId, operationId: run.id })
    const copyAssetId = conflict?.copyAssetId ?? null
    await markApplied(
      client,
      applied.map((conflictId) => ({ conflictId, copyAssetId })),
    )
  }
  const damaged = await requestDerivatives(client, fresh, options)
  const items = entries.flatMap(
    (entry, index) => (verdicts[index] === 'refused' ? entry.refusedItem : itemOf(entry, damaged)) ?? [],
  )
  await run.itemsWithin(client, items)
  return verdicts.map((verdict) => verdict !== 'refused')
}

/** Content that was looked at before and cannot be shown is remarked on at once. */
function itemOf({ item, assets }: LedgerEntry, damaged: ReadonlySet<string>): ItemReport | null {
  if (item?.state !== 'done' || item.error_code !== undefined) return item
  const isDamaged = assets.some((write) => damaged.has(contentOf(write)?.sha256 ?? ''))
  return isDamaged ? { ...item, ...DAMAGED_IMAGE } : item
}

const contentOf = (write: AssetWrite): AssetContent | null =>
  write.kind === 'create' || write.kind === 'change' ? write.content : null

/**
 * Asks media jobs to look at what is new. Resolves to the content that they looked at before and could not read. What was asked for
 * before is locked until the commit: a look that ends meanwhile is recorded after it, and finds these assets when it tells of them.
 */
async function requestDerivatives(
  client: PoolClient,
  entries: readonly LedgerEntry[],
  options: CommitOptions,
): Promise<ReadonlySet<string>> {
  const hashes = new Set<string>()
  for (const write of entries.flatMap(({ assets }) => assets)) {
    const content = contentOf(write)
    if (content !== null && content.size > 0 && content.mimeType !== null && options.canInspect(content.mimeType))
      hashes.add(content.sha256)
  }
  if (hashes.size === 0) return hashes
  const asked = await query<{ sha256: string }>(
    client,
    `INSERT INTO syncwatch.media_derivatives (sha256, kind)
     SELECT sha256, 'thumbnail' FROM unnest($1::text[]) AS given (sha256) ORDER BY sha256
     ON CONFLICT DO NOTHING RETURNING sha256`,
    [[...hashes]],
  )
  for (const { sha256 } of asked) hashes.delete(sha256)
  if (hashes.size === 0) return hashes
  // Asked apart: what another run has put in at the same time is seen only by a statement that begins afterwards.
  const known = await query<{ sha256: string; state: string; error_code: string | null }>(
    client,
    `SELECT sha256, state, error_code FROM syncwatch.media_derivatives
     WHERE sha256 = ANY ($1::text[]) AND kind = 'thumbnail' ORDER BY sha256 FOR SHARE`,
    [[...hashes]],
  )
  const damaged = known.filter(({ state, error_code }) => state === 'failed' && error_code === DAMAGED_IMAGE.error_code)
  return new Set(damaged.map(({ sha256 }) => sha256))
}
