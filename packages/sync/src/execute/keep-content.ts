import { type AssetId, SyncwatchError } from '@syncwatch/core'
import type { ContentHolder, PlannedRow } from '../ports/ledger.ts'
import type { ContentSource, StoreObject } from '../ports/store.ts'
import { contentElsewhere, isLostThere } from './content-elsewhere.ts'
import type { Performing } from './performing.ts'
import { type TakenContent, takeIn } from './take-in.ts'

/** Reads an object to its end, once. With `keep` the vault has it then. */
export function readObject(row: PlannedRow, key: string, keep: boolean, performing: Performing): Promise<TakenContent> {
  return takeIn(key, { ...performing, keep, onBytes: (count) => performing.onBytes(row, count) })
}

/** The same content, in the vault: nothing is overwritten or deleted anywhere before that. */
export async function kept(row: PlannedRow, content: TakenContent, performing: Performing): Promise<TakenContent> {
  if (await performing.vault.has(content.sha256, content.size)) return content
  const whole = await takeIn(content.object.key, { ...performing, keep: true, onBytes: () => {} })
  if (whole.sha256 !== content.sha256) throw changing(row.key)
  return whole
}

/**
 * Sees to it that the vault has what stands in the store under `object`, before it is overwritten or deleted. `sha256` is what
 * it is known to be, null where nobody knows. Resolves to the content where it had to be read.
 */
export async function keepBeforeLoss(
  row: PlannedRow,
  object: StoreObject,
  sha256: string | null,
  performing: Performing,
): Promise<TakenContent | null> {
  if (sha256 !== null && (await performing.vault.has(sha256, object.size))) return null
  const taken = await readObject(row, object.key, true, performing)
  if (taken.object.version !== object.version) throw changing(row.key)
  return taken
}

/** The library's content on its way into a store: the vault's, or else another store's. Rejects `not_found` where neither has it. */
export async function libraryContent(
  asset: {
    readonly id: AssetId | null
    readonly key: string
    readonly sha256: string | null
    readonly modifiedAt: string | null
  },
  size: number,
  performing: Performing,
): Promise<ContentSource> {
  const { vault } = performing
  const { sha256, modifiedAt } = asset
  if (sha256 === null)
    throw new SyncwatchError('not_found', `Nobody knows yet what is in "${asset.key}": its store was not read.`)
  if (!(await vault.has(sha256, size))) return contentElsewhere({ ...asset, sha256, size }, performing)
  return {
    sha256,
    size,
    open: () => vault.read(sha256),
    localPath: vault.localPath?.(sha256) ?? null,
    modifiedAt,
  }
}

/**
 * Whether neither the vault has an asset's bytes nor any store is known to: then nobody can give them. `gone` is where this store does not have
 * them any more. Another one that has lost them, too, is asked once more.
 */
export async function isNowhere(
  sha256: string,
  size: number,
  gone: { readonly key: string; readonly version: string } | null,
  performing: Performing,
): Promise<boolean> {
  const { vault, ledger, record } = performing
  if (await vault.has(sha256, size)) return false
  const isGone = ({ storeId, key, version }: ContentHolder) =>
    storeId === record.id && key === gone?.key && version === gone.version
  const others = (await ledger.elsewhere(sha256)).filter((holder) => !isGone(holder))
  for (const holder of others) if (!(holder.lost && (await isLostThere(holder, performing)))) return false
  return true
}

/** Content that was taken in, on its way to another name in the store. */
export function vaultContent(content: TakenContent, { vault }: Performing): ContentSource {
  const { sha256, size, object } = content
  return {
    sha256,
    size,
    open: () => vault.read(sha256),
    localPath: vault.localPath?.(sha256) ?? null,
    modifiedAt: object.modifiedAt,
  }
}

export function changing(key: string): SyncwatchError {
  return new SyncwatchError('item_changing', `"${key}" changed while it was worked on. The next run looks again.`)
}
