import type { ItemAction } from '@syncwatch/core'
import { type AssetMetadata, NO_METADATA } from '../ports/asset-metadata.ts'
import type { LedgerEntry, TakenName } from '../ports/ledger.ts'
import type { StoreObject } from '../ports/store.ts'
import { sameMetadata } from '../reconcile/merge-metadata.ts'
import { keyBeforeMoving } from '../reconcile/name-between.ts'
import { losesName } from '../reconcile/settlement.ts'
import { freeConflictName, nameOfItsOwn, writeConflictCopy } from './conflict-copy.ts'
import { changing, isNowhere, kept, libraryContent, readObject, vaultContent } from './keep-content.ts'
import { type Did, NO_ENTRY } from './outcome.ts'
import type { ConflictCopy, Performing } from './performing.ts'
import { knownSha256, type PerformNote, type Settle, settledEntry, takenContent } from './settled-entry.ts'
import { deleteObject, describe, metadataOf, overwrite, renameObject, writeOrFind } from './store-steps.ts'
import type { TakenContent } from './take-in.ts'
import { holdableOf, type TreesInHand } from './trees-in-hand.ts'

/** What was done, to be committed; or `again`: the store is not what the settlement was made for. */
export type Performed =
  | {
      readonly kind: 'done'
      readonly did: Did
      readonly action: ItemAction
      readonly bytes: number
      readonly entry: LedgerEntry
    }
  | {
      readonly kind: 'again'
      readonly object: StoreObject | null
      readonly content: TakenContent | null
      /** The asset that has the name under which the object was found, where that is another name than was looked for. */
      readonly rival: TakenName | null
    }
  /** Nobody has the library's content that it takes. */
  | { readonly kind: 'nowhere' }

/**
 * Brings both sides to a settlement, in an order in which a crash after any step is settled by the next comparison: content is
 * taken into the vault, the store is written, and what the library and the base say of it commits after that.
 */
export async function performSettlement(
  settlement: Settle,
  hand: TreesInHand,
  performing: Performing,
  note: PerformNote,
): Promise<Performed> {
  if (needsLibraryContent(settlement) && (await hasNoBytes(hand, performing))) return { kind: 'nowhere' }
  const content = await contentFor(settlement, hand, performing)
  if (content !== null && !isWhatWasSeen(hand, content))
    return { kind: 'again', object: content.object, content, rival: null }
  if (hand.trees.base !== null && hand.trees.store === 'absent') {
    // Gate 2: absent from a listing is not absent. Asked just before anything is deleted, written again or forgotten because of it.
    const there = await performing.store.head(storeKey(hand), { signal: performing.signal })
    if (there !== null && (await isItsOwn(there, hand, performing))) {
      const asAgreed = there.version === hand.trees.base.version
      if (asAgreed) performing.doubts.add('listing')
      if (asAgreed || performing.doubts.size === 0) {
        const rival = await rivalOf(there, hand, performing)
        return { kind: 'again', object: there, content: null, rival }
      }
    }
    // A listing that was seen to miss one thing may have missed this one under another name.
    if (performing.doubts.size > 0) throw changing(hand.row.key)
  }
  if (maySpareWriting(settlement, hand) && (await hasNoBytes(hand, performing))) return { kind: 'nowhere' }
  const work = new SettlementWork(settlement, hand, performing, note, content)
  return work.perform()
}

/** Whether a conflict cannot be settled without the library's bytes: it wins with them, or they are to live on as a copy. */
function needsLibraryContent({ loser, store }: Settle): boolean {
  if (loser?.side === 'library') return loser.kept === 'copy'
  return loser !== null && store.kind === 'change' && store.content
}

/** Whether something else can be done where nobody has the bytes: the store has lost them, or only the name is to be free. */
function maySpareWriting({ store, loser }: Settle, { trees, row }: TreesInHand): boolean {
  return store.kind === 'create' && row.assetId !== null && (trees.base !== null || losesName(loser))
}

async function hasNoBytes({ row, trees }: TreesInHand, performing: Performing): Promise<boolean> {
  const { base, library, store } = trees
  const sha256 = library?.sha256 ?? null
  return sha256 !== null && isNowhere(sha256, row.size ?? 0, store === 'absent' ? base : null, performing)
}

/** Where names were exchanged, what is under its old name now may be what another base row is about. */
async function isItsOwn(
  there: StoreObject,
  { row, trees }: TreesInHand,
  { ledger, claimed }: Performing,
): Promise<boolean> {
  if (there.version === trees.base?.version) return true
  // Or what this run has put there, which no base row says yet.
  if (claimed.has(there.key)) return false
  return !(await ledger.based([there.key], row.replicaId)).has(there.key)
}

/** A store that does not tell letters apart answers with what has the name in others, which another asset may claim. */
async function rivalOf(there: StoreObject, hand: TreesInHand, { ledger }: Performing): Promise<TakenName | null> {
  if (there.key === storeKey(hand)) return null
  const asset = (await ledger.taken([there.key])).get(there.key)
  return asset === undefined || asset.id === hand.row.assetId ? null : asset
}

function storeKey({ trees, object }: TreesInHand): string {
  return object?.key ?? trees.base?.key ?? trees.library?.key ?? ''
}

/** The store's content where anything needs it. It stays readable to the end: the vault has it, or the store as it was. */
async function contentFor(
  { library, loser }: Settle,
  { row, object, content }: TreesInHand,
  performing: Performing,
): Promise<TakenContent | null> {
  const needed = library.kind === 'create' || (library.kind === 'change' && library.content) || loser?.side === 'store'
  if (!needed || object === null) return content
  const keep = performing.record.content_mode === 'full' || loser?.side === 'store'
  if (content === null) return readObject(row, object.key, keep, performing)
  return keep ? kept(row, content, performing) : content
}

/** What is read is compared with what was decided on: another version is decided on anew. */
function isWhatWasSeen({ trees }: TreesInHand, content: TakenContent): boolean {
  const { store } = trees
  if (typeof store === 'string') return false
  return store.version === content.object.version && (store.sha256 === null || store.sha256 === content.sha256)
}

/** The steps of one settlement: what is kept, what the store gets, and what is to be committed of it. */
class SettlementWork {
  readonly #settlement: Settle
  readonly #hand: TreesInHand
  readonly #performing: Performing
  readonly #note: PerformNote
  readonly #content: TakenContent | null
  /** What the thing is called instead, where another one has the name, or where it has none of its own. */
  #name: string | null = null
  /** What was to be written was there already, and said something of itself that the library does not. */
  #hasOthersWords = false

  constructor(
    settlement: Settle,
    hand: TreesInHand,
    performing: Performing,
    note: PerformNote,
    content: TakenContent | null,
  ) {
    this.#settlement = settlement
    this.#hand = hand
    this.#performing = performing
    this.#note = note
    this.#content = content
  }

  async perform(): Promise<Performed> {
    const metadata = await this.#storeMetadata()
    this.#name = await this.#otherName()
    // What cannot be brought is known before anything is written for it.
    if (needsLibraryContent(this.#settlement)) await this.#librarySource()
    const copy = await this.#keepLoser(metadata)
    const object = await this.#bringStore()
    const { did, action, bytes, entry } = settledEntry({
      settlement: this.#settlement,
      hand: this.#hand,
      performing: this.#performing,
      note: this.#note,
      content: this.#content,
      name: this.#name,
      object,
      storeMetadata: metadata,
      hasOthersWords: this.#hasOthersWords,
      copy,
    })
    return { kind: 'done', did, action, bytes, entry }
  }

  /** What the store says of the object: as it was read, as it was agreed on where it is the same, or read now. */
  async #storeMetadata(): Promise<AssetMetadata | null> {
    const { trees, object } = this.#hand
    const { base, store } = trees
    if (typeof store === 'string' || object === null) return null
    if (store.metadata !== null) return store.metadata
    if (base !== null && base.metadataVersion === store.metadataVersion) return base.metadata
    if (this.#settlement.loser === null && this.#settlement.base !== 'agree') return null
    return metadataOf(object, this.#performing)
  }

  /**
   * Where a name was lost, the one that the thing has in the store, or would have, is what the conflict name is made of. A name in
   * between, which a run before this one left, is never learned by the library.
   */
  async #otherName(): Promise<string | null> {
    const { trees, row, object } = this.#hand
    const { loser } = this.#settlement
    if (losesName(loser))
      return freeConflictName(
        row,
        (loser?.kept === 'name' && loser.side === 'store' ? object?.key : trees.library?.key) ?? row.key,
        object,
        this.#performing,
      )
    const learned = this.#learnedName()
    if (learned === null || keyBeforeMoving(learned) === null || this.#performing.record.mode === 'pull') return null
    return nameOfItsOwn(row, learned, this.#performing)
  }

  /** The name of the object in the store, where the library is to call its asset so. */
  #learnedName(): string | null {
    const { library } = this.#settlement
    const { trees, object } = this.#hand
    if (object === null || library.kind === 'none' || library.kind === 'trash') return null
    if (library.kind === 'create') return object.key
    const key = library.key ?? (library.restore ? trees.library?.key : null)
    return key === object.key ? key : null
  }

  /** The side that lost lives on under a name of its own, before anything of it is overwritten. */
  async #keepLoser(storeMetadata: AssetMetadata | null): Promise<ConflictCopy | null> {
    const { loser } = this.#settlement
    if (loser?.kept === 'trash' && loser.side === 'store') await this.#keepVersion()
    if (loser?.kept !== 'copy') return null
    const { row, trees, fullMetadata } = this.#hand
    if (loser.side === 'store') {
      if (this.#content === null) throw new Error('The content of a loser was not read.')
      return writeConflictCopy(
        row,
        {
          key: trees.library?.key ?? this.#content.object.key,
          content: takenContent(this.#content),
          source: vaultContent(this.#content, this.#performing),
          metadata: storeMetadata ?? holdableOf(this.#performing.store, NO_METADATA),
        },
        this.#performing,
      )
    }
    const { library } = trees
    if (library === null) throw new Error('A loser that is not there.')
    const source = await libraryContent({ id: row.assetId, ...library }, row.size ?? 0, this.#performing)
    const { sha256, size } = source
    const content = { sha256, size, mimeType: row.mimeType, modifiedAt: library.modifiedAt }
    const key = typeof trees.store === 'string' ? library.key : trees.store.key
    return writeConflictCopy(row, { key, content, source, metadata: fullMetadata }, this.#performing)
  }

  /**
   * Committed by itself, before the store loses it: what is refused or crashes after that is settled by a comparison which does
   * not know any more that there was something to keep.
   */
  async #keepVersion(): Promise<void> {
    const { row } = this.#hand
    if (row.assetId === null || this.#content === null) return
    const { key } = this.#content.object
    const version = {
      kind: 'keep-version',
      id: row.assetId,
      key,
      content: takenContent(this.#content),
      reason: 'conflict',
    } as const
    await this.#performing.ledger.commit([{ ...NO_ENTRY, assets: [version] }])
  }

  /** The store's side. Resolves to the object as it is then, null where there is none. */
  async #bringStore(): Promise<StoreObject | null> {
    const { store } = this.#settlement
    const { row, object } = this.#hand
    const known = this.#content?.sha256 ?? knownSha256(this.#hand)
    switch (store.kind) {
      case 'none': {
        const now = this.#content?.object ?? object
        return this.#name === null || now === null ? now : renameObject(row, now, this.#name, known, this.#performing)
      }
      case 'create':
        return this.#create()
      case 'change': {
        if (object === null) throw changing(row.key)
        let now = object
        const key = this.#name ?? store.key
        if (key !== null && key !== now.key) now = await renameObject(row, now, key, known, this.#performing)
        if (store.content) {
          const source = await this.#librarySource()
          now = await overwrite(row, now, known, source, this.#performing)
        }
        return store.metadata === null ? now : describe(now, store.metadata, this.#performing)
      }
      case 'delete':
        if (object !== null) await deleteObject(row, object, known, this.#performing)
        return null
    }
  }

  async #create(): Promise<StoreObject> {
    const { row, trees } = this.#hand
    const { library } = trees
    if (library === null) throw changing(row.key)
    const key = this.#name ?? library.key
    const { object, wasThere } = await writeOrFind(row, key, await this.#librarySource(), this.#performing)
    const { store } = this.#performing
    if (!store.capabilities.metadata) return object
    const plain = holdableOf(store, NO_METADATA)
    const said = wasThere ? ((await metadataOf(object, this.#performing)) ?? plain) : plain
    if (sameMetadata(said, library.metadata)) return object
    if (sameMetadata(said, plain)) return describe(object, library.metadata, this.#performing)
    this.#hasOthersWords = true
    return object
  }

  #librarySource() {
    const { row, trees } = this.#hand
    if (trees.library === null) throw changing(row.key)
    return libraryContent({ id: row.assetId, ...trees.library }, row.size ?? 0, this.#performing)
  }
}
