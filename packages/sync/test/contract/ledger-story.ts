import type { AssetId, StoreId } from '@syncwatch/core'
import { NO_METADATA } from '../../src/ports/asset-metadata.ts'
import type { AssetWrite, BaseWrite, Ledger, LedgerEntry, PlannedRow } from '../../src/ports/ledger.ts'
import type { StoreObject } from '../../src/ports/store.ts'

/** A library with one store in it, and the means to change the library behind the ledger's back. */
export interface LedgerUnderTest {
  readonly ledger: Ledger
  readonly storeId: StoreId
  /** Makes a live asset; false where the name is taken. */
  add(id: AssetId, key: string, sha256: string): Promise<boolean>
  /** Changes an asset; false where the name is taken or there is no such asset. */
  change(id: AssetId, change: { key?: string; sha256?: string; trashed?: boolean }): Promise<boolean>
  /** All assets, by id. */
  assets(): Promise<readonly { id: AssetId; key: string; sha256: string | null; trashed: boolean }[]>
  dispose(): Promise<void>
}

/** What is done with a row of the plan, where it can be. */
export type Deed = 'agree' | 'import' | 'follow' | 'move' | 'bury' | 'release' | 'differs' | 'leave'

export interface StoryEdit {
  readonly kind: 'add' | 'rename' | 'edit' | 'trash' | 'restore'
  readonly asset: number
  readonly key: string
  readonly sha256: string
}

/** One run: what people did before it, what the store lists, and what the run does. */
export interface StoryRound {
  readonly edits: readonly StoryEdit[]
  readonly listing: readonly StoreObject[]
  readonly complete: boolean
  readonly ids: 'stable' | 'hint' | 'none'
  /** `exact` where nothing is said. */
  readonly names?: 'exact' | 'folded'
  readonly outward: boolean
  /** For the rows of the plan in the order of their names, over and over. */
  readonly deeds: readonly Deed[]
}

/** Assets of a story by number, the same for every implementation. */
export const assetId = (number: number): AssetId =>
  `00000000-0000-7000-8000-${String(number).padStart(12, '0')}` as AssetId

/** Tells a story and writes down all that can be seen of it: two ledgers that do the same write down the same. */
export async function tellStory(subject: LedgerUnderTest, rounds: readonly StoryRound[]): Promise<unknown[]> {
  const told: unknown[] = []
  for (const [number, round] of rounds.entries()) {
    const edits = []
    for (const edit of round.edits) edits.push(await makeEdit(subject, edit))
    const run = await subject.ledger.open(subject.storeId, { prefixes: [] })
    await run.stage(round.listing)
    const { counts, rows, seen } = await run.compare({
      complete: round.complete,
      ids: round.ids,
      listing: 'strong',
      names: round.names ?? 'exact',
      outward: round.outward,
      only: null,
      everything: false,
    })
    const plan = await readAll((after) => run.read(after, 3))
    const entries = plan.map((row, index) =>
      entryOf(row, round.deeds[index % round.deeds.length] ?? 'leave', number * 100 + index),
    )
    const accepted = await run.commit(entries)
    await run.close()
    told.push({
      edits,
      counts,
      rows,
      seen,
      plan: plan.map((row) => shown(row, round)),
      accepted,
      assets: await sorted(subject),
    })
  }
  return told
}

async function readAll(read: (after: number) => Promise<PlannedRow[]>): Promise<PlannedRow[]> {
  const all: PlannedRow[] = []
  for (;;) {
    const page = await read(all.at(-1)?.seq ?? 0)
    if (page.length === 0) break
    all.push(...page)
  }
  const name = (row: PlannedRow) => JSON.stringify([row.key, row.object?.key ?? null, row.assetId])
  return all.sort((one, other) => (name(one) < name(other) ? -1 : 1))
}

async function sorted(subject: LedgerUnderTest) {
  const assets = [...(await subject.assets())]
  return assets.sort((one, other) => (one.id < other.id ? -1 : 1))
}

function makeEdit(subject: LedgerUnderTest, { kind, asset, key, sha256 }: StoryEdit): Promise<boolean> {
  const id = assetId(asset)
  switch (kind) {
    case 'add':
      return subject.add(id, key, sha256)
    case 'rename':
      return subject.change(id, { key })
    case 'edit':
      return subject.change(id, { sha256 })
    case 'trash':
      return subject.change(id, { trashed: true })
    case 'restore':
      return subject.change(id, { trashed: false })
  }
}

/** A row without what differs between implementations that do the same: ids of rows, revisions, times. */
function shown(row: PlannedRow, { names }: Pick<StoryRound, 'names'>): unknown {
  const { key, trees, object, assetId: id, movingTo, twin, knownToDiffer, missingForMs } = row
  const { base, tombstone, library, store, taken } = trees
  return {
    key,
    asset: id,
    base: base === null ? null : [base.key, base.version, base.sha256],
    tombstone: tombstone?.version ?? null,
    library: library === null ? null : [library.key, library.sha256, library.trashed],
    store: typeof store === 'string' ? store : [store.key, store.version],
    object: object?.key ?? null,
    taken,
    movingTo,
    // Nobody asks for it where names are told apart.
    ...(names === 'folded' && { twin }),
    knownToDiffer,
    missing: missingForMs !== null,
  }
}

/** What a deed comes to with this row; a deed that it does not fit leaves it alone. */
function entryOf(row: PlannedRow, deed: Deed, number: number): LedgerEntry {
  const assets: AssetWrite[] = []
  const bases: BaseWrite[] = []
  const { assetId: id, object, replicaId, trees } = row
  const { library, base } = trees
  const live = library !== null && !library.trashed && id !== null
  if (deed === 'agree' && live && object !== null) bases.push(agreed(id, object, library.sha256, library.revision))
  else if (deed === 'import' && library === null && object !== null) {
    const made = assetId(1_000 + number)
    const content = { sha256: contentOf(object), size: object.size, mimeType: null, modifiedAt: null }
    assets.push({ kind: 'create', id: made, key: object.key, content, metadata: NO_METADATA })
    bases.push(agreed(made, object, content.sha256, null))
  } else if (deed === 'follow' && live && object !== null && library.key !== object.key) {
    const { revision } = library
    assets.push({ kind: 'change', id, revision, key: object.key, content: null, metadata: null, restore: false })
    bases.push(agreed(id, object, library.sha256, null))
  } else if (deed === 'move' && live && base !== null && replicaId !== null) {
    const to = library.key === base.key ? MOVED : library.key
    bases.push({ kind: 'moving', replicaId, from: object?.key ?? base.key, to })
  } else if (deed === 'bury' && base !== null && replicaId !== null && id !== null) {
    if (live) assets.push({ kind: 'trash', id, revision: library.revision, reason: 'a story' })
    bases.push({ kind: 'tombstone', replicaId, version: base.version, cause: 'store', approvedBy: null })
  } else if (deed === 'release' && base !== null && replicaId !== null) bases.push({ kind: 'release', replicaId })
  else if (deed === 'differs' && base !== null && replicaId !== null)
    bases.push({ kind: 'differs', replicaId, code: 'held_back' })
  return { assets, bases, conflict: null, applied: [], item: null, refusedItem: null }
}

/** Where what has its name already is moved. */
const MOVED = 'd'

function agreed(id: AssetId, object: StoreObject, sha256: string | null, revision: number | null): BaseWrite {
  return { kind: 'agree', assetId: id, object, sha256, metadata: NO_METADATA, revision }
}

/** Content that an object of a story has: by its version, as a hash would be. */
export const contentOf = ({ version }: Pick<StoreObject, 'version'>): string =>
  Buffer.from(version.padEnd(32, '-')).toString('hex').slice(0, 64)
