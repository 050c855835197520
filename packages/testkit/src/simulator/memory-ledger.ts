import { type Clock, type StoreId, SyncwatchError } from '@syncwatch/core'
import type {
  BaseWrite,
  Compared,
  CompareOptions,
  ContentHolder,
  HeldRow,
  Ledger,
  LedgerEntry,
  LedgerRun,
  PlannedRow,
  StoreIdentity,
  StoreObject,
  StoreRecord,
  StoreScope,
  TakenName,
} from '@syncwatch/sync'
import { acceptEntries } from './accept-memory.ts'
import { inScope, type MatchedRow, type Matching, matchTrees, takenOf } from './match-memory.ts'
import type { MemoryAsset, MemoryLibrary } from './memory-library.ts'

const DAY_MS = 86_400_000

export interface MemoryLedgerOptions {
  readonly library: MemoryLibrary
  readonly clock: Clock
  /** Whose fence the commits are under: 1 for the first attempt of a store, rising. Null for a run beside the full ones. */
  readonly attempt: number | null
  /** Runs before and after each call: throws to end the process there. */
  step(name: string): Promise<void>
  /** Told of each group before it is written, to judge it. */
  onCommit(storeId: StoreId, entries: readonly LedgerEntry[]): void
}

/** The port `Ledger` over maps: one of it is one process's connection to the library. */
export class MemoryLedger implements Ledger {
  readonly #options: MemoryLedgerOptions

  constructor(options: MemoryLedgerOptions) {
    this.#options = options
  }

  async store(id: StoreId): Promise<StoreRecord> {
    const { library } = this.#options
    const record = library.stores.get(id)
    if (record === undefined) throw new SyncwatchError('store_not_found', 'There is no such store.')
    return { ...record, identity: library.identities.get(id) ?? { marker: null, place: null } }
  }

  async recordIdentity(id: StoreId, identity: StoreIdentity): Promise<void> {
    this.#options.library.identities.set(id, identity)
  }

  async open(storeId: StoreId, scope: StoreScope): Promise<LedgerRun> {
    await this.#options.step('open')
    return new MemoryLedgerRun(this.#options, storeId, scope)
  }
}

class MemoryLedgerRun implements LedgerRun {
  readonly #options: MemoryLedgerOptions
  readonly #library: MemoryLibrary
  readonly #storeId: StoreId
  readonly #scope: StoreScope
  readonly #listing = new Map<string, StoreObject>()
  #rows: MatchedRow[] = []
  readonly #held: HeldRow[] = []
  #compared: Matching | null = null

  constructor(options: MemoryLedgerOptions, storeId: StoreId, scope: StoreScope) {
    this.#options = options
    this.#library = options.library
    this.#storeId = storeId
    this.#scope = scope
  }

  async stage(objects: readonly StoreObject[]): Promise<void> {
    await this.#options.step('stage')
    for (const object of objects) if (inScope(object.key, this.#scope)) this.#listing.set(object.key, object)
  }

  async compare(options: CompareOptions): Promise<Compared> {
    await this.#options.step('compare')
    const matching: Matching = {
      library: this.#library,
      storeId: this.#storeId,
      scope: this.#scope,
      listing: this.#listing,
      options,
    }
    this.#compared = matching
    this.#rows = matchTrees(matching)
    const remember = options.complete && options.listing === 'eventual' && options.only === null
    if (remember) this.#rememberAbsences()
    return this.#count()
  }

  /** The trees as they are when they are read. */
  async read(after: number, limit: number): Promise<PlannedRow[]> {
    await this.#options.step('read')
    const rows = this.#rows.slice(after, after + limit)
    return rows.map((row, index) => this.#planned({ ...row, ...this.#now(row) }, after + index + 1))
  }

  async commit(entries: readonly LedgerEntry[]): Promise<readonly boolean[]> {
    await this.#options.step('commit')
    const { library } = this.#options
    const { attempt } = this.#options
    if (attempt !== null && library.fences.get(this.#storeId) !== attempt)
      throw new SyncwatchError('fenced', 'Another attempt has taken over.')
    const verdicts = acceptEntries(library, entries, (entry) => this.#wasDone(entry))
    const fresh = entries.filter((_, index) => verdicts[index] === 'new')
    this.#options.onCommit(this.#storeId, fresh)
    // Names first leave, then come, as in one transaction.
    for (const entry of fresh) this.#writeAssets(entry)
    for (const entry of fresh) for (const base of entry.bases) this.#writeBase(base)
    await this.#options.step('committed')
    return verdicts.map((verdict) => verdict !== 'refused')
  }

  async taken(keys: readonly string[]) {
    const assets = keys.flatMap((key) => {
      const asset = this.#library.live(key)
      return asset === undefined ? [] : [[key, takenBy(asset)] as const]
    })
    return new Map(assets)
  }

  async based(keys: readonly string[], except: string | null = null): Promise<ReadonlySet<string>> {
    const based = this.#library
      .replicasOf(this.#storeId)
      .filter(({ state, id }) => state === 'present' && id !== except)
    return new Set(based.map(({ key }) => key).filter((key) => keys.includes(key)))
  }

  async elsewhere(sha256: string): Promise<ContentHolder[]> {
    return [...this.#library.replicas.values()]
      .filter((base) => base.state === 'present' && base.sha256 === sha256)
      .filter(({ assetId }) => this.#library.assets.get(assetId)?.content.sha256 === sha256)
      .map(({ storeId, key, version, movingTo, differs }) => ({
        storeId,
        storeName: storeId,
        key,
        version,
        movingTo,
        lost: differs === 'not_found',
      }))
  }

  async approval() {
    const rows = this.#library.approved.get(this.#storeId)
    if (rows === undefined) return null
    const evidence = new Set(rows.map(evidenceOf))
    return { planId: 'plan', approvedBy: 'a person', covers: (row: HeldRow) => evidence.has(evidenceOf(row)) }
  }

  async keepHeld(rows: readonly HeldRow[]): Promise<void> {
    this.#held.push(...rows)
  }

  async hold(): Promise<void> {
    this.#library.approved.delete(this.#storeId)
    if (this.#held.length > 0) this.#library.held.set(this.#storeId, this.#held)
    else this.#library.held.delete(this.#storeId)
  }

  async releaseOutside(): Promise<number> {
    const outside = this.#library.replicasOf(this.#storeId).filter(({ key }) => !inScope(key, this.#scope))
    for (const { id } of outside) this.#library.replicas.delete(id)
    return outside.length
  }

  async adoptScope(): Promise<void> {
    this.#library.scopes.set(this.#storeId, JSON.stringify(this.#scope.prefixes))
  }

  async finish(): Promise<void> {
    await this.#options.step('finish')
    if (!this.#library.scopes.has(this.#storeId)) await this.adoptScope()
  }

  async close(): Promise<void> {}

  #now({ replica, asset }: MatchedRow): Pick<MatchedRow, 'replica' | 'asset'> {
    return {
      replica: replica === null ? null : (this.#library.replicas.get(replica.id) ?? null),
      asset: asset === null ? null : (this.#library.assets.get(asset.id) ?? null),
    }
  }

  #planned(row: MatchedRow, seq: number): PlannedRow {
    const { asset, replica, object } = row
    const matching = this.#matching()
    const absence = replica === null ? undefined : this.#library.absences.get(this.#absence(replica.key))
    return {
      seq,
      key: object?.key ?? asset?.key ?? replica?.key ?? '',
      trees: {
        base: replica?.state === 'present' ? replica : null,
        tombstone: replica?.state === 'tombstone' ? { version: replica.version } : null,
        library:
          asset === null ? null : { ...asset, sha256: asset.content.sha256, modifiedAt: asset.content.modifiedAt },
        store:
          object === null
            ? matching.options.complete
              ? 'absent'
              : 'unknown'
            : { ...object, sha256: null, metadata: null },
        ...takenOf(matching, row, this.#rows),
      },
      assetId: asset?.id ?? null,
      replicaId: replica?.id ?? null,
      object,
      movingTo: replica?.state === 'present' ? replica.movingTo : null,
      size: asset?.content.size ?? null,
      mimeType: asset?.content.mimeType ?? null,
      twin: this.#twin(row),
      missingForMs:
        object !== null || absence === undefined || absence.run === this.#options.attempt
          ? null
          : this.#options.clock.now() - absence.at,
      approvedBy: asset?.trashed === true ? asset.approvedBy : null,
      decision: null,
      knownToDiffer: replica?.differs != null,
    }
  }

  #matching(): Matching {
    if (this.#compared === null) throw new Error('Nothing was compared yet.')
    return this.#compared
  }

  #twin({ asset, object }: MatchedRow): string | null {
    if (asset === null || asset.trashed || asset.key === object?.key) return null
    const fold = (key: string) => key.normalize('NFC').toLowerCase()
    for (const key of this.#listing.keys())
      if (key !== asset.key && key !== object?.key && fold(key) === fold(asset.key)) return key
    return null
  }

  #absence(key: string): string {
    return `${this.#storeId} ${key}`
  }

  #rememberAbsences(): void {
    const { library, clock, attempt } = this.#options
    const missing = new Set(
      this.#rows.flatMap(({ replica, object }) =>
        replica?.state === 'present' && object === null ? [this.#absence(replica.key)] : [],
      ),
    )
    for (const name of library.absences.keys())
      if (name.startsWith(`${this.#storeId} `) && !missing.has(name)) library.absences.delete(name)
    for (const name of missing) {
      const known = library.absences.get(name)
      // A time that is still to come tells only that the clock was set back.
      if (known === undefined || known.at > clock.now())
        library.absences.set(name, { at: clock.now(), run: known?.run ?? attempt ?? 0 })
    }
  }

  #count(): Compared {
    const { library, clock } = this.#options
    const all = library.replicasOf(this.#storeId)
    const based = this.#rows.filter(({ replica }) => replica?.state === 'present')
    const buried = (cause: string) =>
      all.filter((one) => one.cause === cause && one.approvedBy === null && one.at > clock.now() - DAY_MS).length
    const live = ({ asset }: MatchedRow) => asset !== null && !asset.trashed
    return {
      counts: {
        base: all.filter(({ state, key }) => state === 'present' && inScope(key, this.#scope)).length,
        absentInStore: based.filter((row) => row.object === null && live(row)).length,
        deletedInLibrary: based.filter(
          (row) => row.object !== null && row.asset?.trashed === true && row.asset.approvedBy === null,
        ).length,
        changedInStore: based.filter(({ object, replica }) => object !== null && object.version !== replica?.version)
          .length,
        changedInLibrary: based.filter((row) => live(row) && row.asset?.content.sha256 !== row.replica?.sha256).length,
        outOfScope: all.filter(({ state, key }) => state === 'present' && !inScope(key, this.#scope)).length,
      },
      rows: this.#rows.length,
      seen: this.#rows.filter(({ object }) => object !== null).length,
      storeBytes: 0,
      libraryBytes: 0,
      scopeChanged:
        (library.scopes.get(this.#storeId) ?? JSON.stringify(this.#scope.prefixes)) !==
        JSON.stringify(this.#scope.prefixes),
      inferredDeletes24h: buried('store'),
      libraryDeletes24h: buried('library'),
    }
  }

  /** A commit whose answer was lost: what it creates is there, and the base says what it says. */
  #wasDone({ assets, bases }: LedgerEntry): boolean {
    const agreed = bases.filter((base) => base.kind === 'agree')
    return (
      agreed.length > 0 &&
      assets.length > 0 &&
      agreed.every(({ assetId, object, sha256 }) => {
        const base = this.#library.replica(this.#storeId, assetId)
        const asset = this.#library.assets.get(assetId)
        return (
          base?.state === 'present' &&
          base.key === object.key &&
          base.version === object.version &&
          base.sha256 === sha256 &&
          base.metadataVersion === object.metadataVersion &&
          base.revision === asset?.revision
        )
      })
    )
  }

  #writeAssets({ assets }: LedgerEntry): void {
    const { library } = this.#options
    for (const write of assets) {
      library.writes += 1
      switch (write.kind) {
        case 'create': {
          const { id, key, content, metadata } = write
          library.assets.set(id, { id, key, content, metadata, revision: 1, trashed: false, approvedBy: null })
          break
        }
        case 'change':
          library.change(write.id, {
            ...(write.key === null ? {} : { key: write.key }),
            ...(write.content === null ? {} : { content: write.content }),
            ...(write.metadata === null ? {} : { metadata: write.metadata }),
            ...(write.restore ? { trashed: false, approvedBy: null } : {}),
          })
          break
        case 'trash':
          library.change(write.id, { trashed: true })
          break
        case 'keep-version':
          if (library.versions.has(write.content.sha256)) library.writes -= 1
          library.versions.add(write.content.sha256)
      }
    }
  }

  #writeBase(write: BaseWrite): void {
    const { library, clock } = this.#options
    const storeId = this.#storeId
    if (write.kind === 'agree') {
      const { assetId, object, sha256, metadata } = write
      const id = library.replica(storeId, assetId)?.id ?? `${storeId} ${assetId}`
      const revision = write.revision ?? library.assets.get(assetId)?.revision ?? 0
      const { key, remoteId, version, metadataVersion } = object
      const agreed = { id, storeId, assetId, key, remoteId, version, metadataVersion, sha256, metadata, revision }
      library.writes += 1
      library.replicas.set(id, {
        ...agreed,
        state: 'present',
        movingTo: null,
        cause: null,
        approvedBy: null,
        at: clock.now(),
        differs: null,
      })
      return
    }
    const known = library.replicas.get(write.replicaId)
    if (known === undefined) return
    if (write.kind === 'release') library.replicas.delete(known.id)
    else if (write.kind === 'tombstone') {
      const { version, cause, approvedBy } = write
      library.replicas.set(known.id, {
        ...known,
        state: 'tombstone',
        version,
        cause,
        approvedBy,
        at: clock.now(),
        differs: null,
      })
    } else if (write.kind === 'moving') {
      if (known.state !== 'present') return
      library.replicas.set(known.id, { ...known, key: write.from, movingTo: write.to })
    } else if (write.kind === 'differs') {
      if (known.differs === write.code) return
      library.replicas.set(known.id, { ...known, differs: write.code })
    }
    library.writes += 1
  }
}

function takenBy({ id, content: { sha256, modifiedAt } }: MemoryAsset): TakenName {
  return { id, sha256, modifiedAt }
}

function evidenceOf({ key, assetId, rule, baseVersion, storeVersion, libraryRevision }: HeldRow): string {
  return JSON.stringify([key, assetId, rule, baseVersion, storeVersion, libraryRevision])
}
