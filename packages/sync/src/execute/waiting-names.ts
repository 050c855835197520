import { isSyncwatchError } from '@syncwatch/core'
import { foldKey } from '../plan/fold-key.ts'
import type { PlannedRow } from '../ports/ledger.ts'
import { keyBeforeMoving, nameBetween } from '../reconcile/name-between.ts'
import { freeConflictName, nameOfItsOwn } from './conflict-copy.ts'
import { NO_ENTRY, type Outcome } from './outcome.ts'
import type { Performing } from './performing.ts'
import { isOfOneRow } from './settle-row.ts'
import { losesItsBase, nowUnder, renameObject } from './store-steps.ts'

export interface WaitingNamesOptions {
  readonly performing: Performing
  /** Works on a row once more. One that has to wait still is added again. Rejects when the run is to end. */
  again(row: PlannedRow): Promise<void>
  /** Takes what became of a row that waits no longer. */
  take(outcome: Outcome): Promise<void>
  /** Commits all that is done. */
  commitAll(): Promise<void>
}

/** The rows of a run whose name in the store another object still has. They are worked on at the end, one by one. */
export class WaitingNames {
  readonly #options: WaitingNamesOptions
  #waiting: Outcome[] = []
  /** Names in between that this run gave. */
  readonly #movedAside = new Set<string>()

  constructor(options: WaitingNamesOptions) {
    this.#options = options
  }

  add(outcome: Outcome): void {
    this.#waiting.push(outcome)
  }

  /**
   * Names that were still in use: tried again, one by one, as long as that frees a name for another. What is left then are circles,
   * which are opened by a name in between, and names that stay in use, which the next run looks at.
   */
  async giveNames(): Promise<void> {
    while (this.#waiting.length > 0) {
      const before = this.#waiting
      this.#waiting = []
      for (const { row } of before) await this.#options.again(row)
      if (this.#waiting.length < before.length) continue
      if (await this.#openCircle()) continue
      const stuck = this.#waiting
      this.#waiting = []
      for (const outcome of stuck) {
        await this.#leaveBetween(outcome)
        await this.#options.take(outcome)
      }
    }
  }

  /** Moves one object of a circle out of the way. False where no waiting one stands in another's way. */
  async #openCircle(): Promise<boolean> {
    const fold = this.#options.performing.store.capabilities.names === 'folded' ? foldKey : (key: string) => key
    const wanted = new Set(this.#waiting.map(({ waitsFor }) => fold(waitsFor ?? '')))
    const stands = ({ row }: Outcome) =>
      row.object !== null && row.trees.base !== null && wanted.has(fold(row.object.key))
    // One that a run before has begun with has a copy under its name in between already, where names are given by copying.
    const begun = this.#waiting.findIndex((outcome) => stands(outcome) && nameBegun(outcome.row) !== null)
    const index = begun === -1 ? this.#waiting.findIndex(stands) : begun
    const blocking = this.#waiting[index]
    if (blocking === undefined) return false
    try {
      const name = this.#nameBetween(blocking.row)
      this.#waiting[index] = { ...blocking, row: await this.#stepAside(blocking.row, name) }
      this.#movedAside.add(name)
    } catch (error) {
      if (!isSyncwatchError(error) || !isOfOneRow(error.code)) throw error
      // Somebody changed it meanwhile: the next run looks again.
      this.#waiting.splice(index, 1)
      await this.#options.take(blocking)
    }
    return true
  }

  #nameBetween(row: PlannedRow): string {
    const { object, key } = row
    return nameBegun(row) ?? nameBetween(object?.key ?? key, this.#options.performing.random.uuid().slice(-8))
  }

  /**
   * What waits on, maybe for ever, does so under a name that a person can read. One that this run moved out of the way does not go back
   * there: it would be in the way again.
   */
  async #leaveBetween({ row }: Outcome): Promise<void> {
    const { object } = row
    if (object === null || !isBetween(row) || this.#options.performing.record.mode === 'pull') return
    try {
      const name = this.#movedAside.has(object.key)
        ? await freeConflictName(row, object.key, null, this.#options.performing)
        : await nameOfItsOwn(row, object.key, this.#options.performing)
      await this.#stepAside(row, name)
    } catch (error) {
      if (!isSyncwatchError(error) || !isOfOneRow(error.code)) throw error
    }
  }

  /** The base knows of the new name before the store does, so that a crash leaves nothing that nobody knows. */
  async #stepAside(row: PlannedRow, to: string): Promise<PlannedRow> {
    const { performing } = this.#options
    const { ledger } = performing
    const { object, trees, assetId } = row
    if (object === null || trees.base === null || assetId === null || typeof trees.store === 'string') return row
    const { sha256, metadata, version, metadataVersion } = trees.base
    // No asset has the revision 0: it goes on counting as different. What else changed of it goes on differing, too.
    const agreed = {
      kind: 'agree',
      assetId,
      object: { ...object, key: to, version, metadataVersion },
      sha256,
      metadata,
      revision: 0,
    } as const
    await this.#options.commitAll()
    if (!losesItsBase(row, object, performing.store)) await ledger.commit([{ ...NO_ENTRY, bases: [agreed] }])
    const sameContent = trees.store.version === version
    const renamed = await renameObject(row, object, to, sameContent ? sha256 : null, performing)
    await nowUnder(row, renamed, performing)
    // What somebody says of it meanwhile is for the next comparison to find.
    const { rename } = performing.store.capabilities
    const moved = rename ? { ...renamed, metadataVersion: object.metadataVersion } : renamed
    const store = { ...trees.store, key: moved.key, version: moved.version, metadataVersion: moved.metadataVersion }
    const sameMetadata = trees.store.metadataVersion === metadataVersion
    const base = {
      ...trees.base,
      key: to,
      version: sameContent ? moved.version : version,
      metadataVersion: sameMetadata ? moved.metadataVersion : metadataVersion,
    }
    return { ...row, object: moved, trees: { ...trees, base, store } }
  }
}

/** The name in between that a run before this one was giving it. */
function nameBegun({ movingTo }: PlannedRow): string | null {
  return movingTo !== null && keyBeforeMoving(movingTo) !== null ? movingTo : null
}

/** Whether it has a name that nobody gave it, but a run, for a moment. */
export function isBetween({ object }: PlannedRow): boolean {
  return object !== null && keyBeforeMoving(object.key) !== null
}
