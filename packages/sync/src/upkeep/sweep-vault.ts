import { query } from '@syncwatch/database'
import type { Pool } from 'pg'
import type { LyingContent, VaultSweep } from '../ports/vault-sweep.ts'

/** How long content lies unreferred to before it is set aside, and set aside before it is removed: longer than any run lasts. */
const GRACE_MS = 24 * 3_600_000
const BATCH = 5_000

export interface SweepOptions {
  readonly pool: Pool
  readonly vault: VaultSweep
  /** Epoch milliseconds. */
  readonly now: number
  readonly signal: AbortSignal
}

/** What a sweep did, in files and bytes. */
export interface Swept {
  readonly setAside: number
  readonly putBack: number
  readonly destroyed: number
  readonly destroyedBytes: number
}

/**
 * Removes content that nothing refers to. A run that takes content in commits its row later: content that is young is left alone, and what
 * was set aside while somebody was about to refer to it is put back by the next sweep, or by whoever reads it first.
 */
export async function sweepVault(options: SweepOptions): Promise<Swept> {
  const { vault, pool, now, signal } = options
  const swept = { setAside: 0, putBack: 0, destroyed: 0, destroyedBytes: 0 }
  // First what was set aside before, so that nothing goes in one sweep from its place to nowhere.
  await eachBatch(vault.aside(), signal, async (batch) => {
    const wanted = await referredTo(pool, batch)
    for (const { sha256, size, since } of batch) {
      if (wanted.has(sha256)) {
        await vault.putBack(sha256)
        swept.putBack += 1
      } else if (now - since >= GRACE_MS) {
        await vault.destroy(sha256)
        await forgetDerivatives(pool, sha256)
        swept.destroyed += 1
        swept.destroyedBytes += size
      }
    }
  })
  await eachBatch(vault.contents(), signal, async (batch) => {
    const old = batch.filter(({ since }) => now - since >= GRACE_MS)
    const wanted = await referredTo(pool, old)
    for (const { sha256 } of old) {
      if (wanted.has(sha256)) continue
      await vault.setAside(sha256)
      swept.setAside += 1
    }
  })
  return swept
}

async function eachBatch(
  contents: AsyncIterable<LyingContent>,
  signal: AbortSignal,
  work: (batch: LyingContent[]) => Promise<void>,
): Promise<void> {
  let batch: LyingContent[] = []
  for await (const content of contents) {
    signal.throwIfAborted()
    batch.push(content)
    if (batch.length < BATCH) continue
    await work(batch)
    batch = []
  }
  await work(batch)
}

/** Everything that may still want bytes: assets in the trash too, versions, conflicts that can be undone, and what a base says a store has. */
async function referredTo(pool: Pool, batch: readonly LyingContent[]): Promise<ReadonlySet<string>> {
  if (batch.length === 0) return new Set()
  const rows = await query<{ sha256: string }>(
    pool,
    `SELECT given.sha256 FROM unnest($1::text[]) AS given (sha256)
     WHERE EXISTS (SELECT FROM syncwatch.media_assets asset WHERE asset.sha256 = given.sha256)
        OR EXISTS (SELECT FROM syncwatch.media_asset_versions version WHERE version.sha256 = given.sha256)
        OR given.sha256 IN (SELECT content_sha256 FROM syncwatch.media_replicas WHERE content_sha256 IS NOT NULL)
        OR given.sha256 IN (SELECT derived_sha256 FROM syncwatch.media_derivatives WHERE derived_sha256 IS NOT NULL)
        OR given.sha256 IN (SELECT library_side ->> 'sha256' FROM syncwatch.media_conflicts
                            WHERE library_side ->> 'sha256' IS NOT NULL)
        OR given.sha256 IN (SELECT store_side ->> 'sha256' FROM syncwatch.media_conflicts
                            WHERE store_side ->> 'sha256' IS NOT NULL)`,
    [batch.map(({ sha256 }) => sha256)],
  )
  return new Set(rows.map(({ sha256 }) => sha256))
}

async function forgetDerivatives(pool: Pool, sha256: string): Promise<void> {
  await query(pool, 'DELETE FROM syncwatch.media_derivatives WHERE sha256 = $1', [sha256])
}
