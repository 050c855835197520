import type { Clock } from '@syncwatch/core'
import { type AssetMetadata, NO_METADATA, type StoreCapabilities, type StoreIdentity } from '@syncwatch/sync'
import type { SeededRandom } from '../seeded-random.ts'
import { type SimulatedObject, sha256Of } from './simulated-object.ts'
import { STORE_PROFILES, type StoreProfile } from './store-profile.ts'

export interface SimulatedPlaceOptions {
  readonly profile: keyof typeof STORE_PROFILES | StoreProfile
  readonly clock: Clock
  readonly random: SeededRandom
}

/** A key's past, as far as a listing that lags may still show it. */
interface Visible {
  readonly from: number
  readonly object: SimulatedObject | null
}

/** What stands at another place, with the index of it. */
interface AnotherPlace {
  readonly marker: string | null
  readonly place: string
  readonly objects: readonly (readonly [string, SimulatedObject])[]
  readonly past: readonly (readonly [string, Visible[]])[]
}

/** A place as it can be put back to, by an administrator with an old backup. */
export interface PlaceBackup {
  readonly objects: readonly SimulatedObject[]
}

/**
 * An outside place as it really is, for people, programs and hostile days to change behind the engine's back. Drivers reach it
 * by `SimulatedStore`. Deterministic: the same seed and the same calls give the same ids, versions and listings.
 */
export class SimulatedPlace {
  readonly profile: StoreProfile
  /** Hashes of all content that was ever put here, by whomever. */
  readonly everWritten = new Set<string>()
  /** What a driver deleted or overwrote and the place kept. */
  readonly trash = new Set<string>()
  /** Content that somebody wrote between a driver's look and its write, where the store has no conditions: nobody can save it. */
  readonly lostInRace = new Set<string>()
  /** While true, every call is refused as `store_unavailable`. */
  isAway = false
  /** While true, nothing can be written that needs room. */
  isFull = false
  /** Told of content that a driver is about to delete or to overwrite. */
  onLoss: ((object: SimulatedObject) => void) | null = null
  #marker: string | null = null
  #place: string
  /** Which copy of the marker this is: a backup that is put back makes another one. */
  #copy = 1
  readonly #clock: Clock
  readonly #random: SeededRandom
  readonly #objects = new Map<string, SimulatedObject>()
  readonly #past = new Map<string, Visible[]>()
  readonly #freeIds: string[] = []
  #count = 0
  /** What is ours while something else stands at this place. */
  #ours: AnotherPlace | null = null

  constructor({ profile, clock, random }: SimulatedPlaceOptions) {
    this.profile = typeof profile === 'string' ? STORE_PROFILES[profile] : profile
    this.#clock = clock
    this.#random = random
    this.#place = `place-${random.uuid()}`
  }

  get capabilities(): StoreCapabilities {
    return this.profile.capabilities
  }

  get identity(): StoreIdentity {
    return { marker: this.#marker, place: this.#place, copy: this.#marker === null ? null : `copy ${this.#copy}` }
  }

  /** What is here, in order of keys. */
  get objects(): readonly SimulatedObject[] {
    return [...this.#objects.values()].sort((one, other) => (one.key < other.key ? -1 : 1))
  }

  get(key: string): SimulatedObject | null {
    return this.#objects.get(this.fold(key)) ?? null
  }

  /** A name as the place compares it. */
  fold(key: string): string {
    return this.capabilities.names === 'folded' ? key.normalize('NFC').toLowerCase() : key
  }

  /** Content under a key, as a person or a program puts it there: in place where there is something already. */
  put(key: string, content: string): SimulatedObject {
    const before = this.get(key)
    const id = before?.id ?? this.#newId()
    return this.#set({
      key: before?.key ?? key,
      id,
      version: this.#newVersion(content, id),
      content,
      sha256: this.#remember(content),
      modifiedAt: this.#now(),
      metadata: before?.metadata ?? NO_METADATA,
      describedAt: before?.describedAt ?? null,
      metadataVersion: before?.metadataVersion ?? null,
    })
  }

  /** As a driver that writes a new file and renames it over the old one: another id where ids are inodes. */
  replace(key: string, content: string): SimulatedObject {
    const before = this.get(key)
    if (before === null || !this.profile.reusesIds) {
      if (before !== null) this.#lose(before)
      return this.put(key, content)
    }
    this.#lose(before)
    this.#objects.set(this.fold(key), { ...before, id: this.#newId() })
    this.#freeIds.push(before.id)
    return this.put(key, content)
  }

  setMetadata(key: string, metadata: AssetMetadata): SimulatedObject {
    const before = this.#existing(key)
    this.#count += 1
    return this.#set({
      ...before,
      metadata: this.profile.holdable(metadata),
      metadataVersion: `m${this.#count}`,
      describedAt: this.#now(),
    })
  }

  /** Onto a free name; its own in another case counts as free. */
  rename(from: string, to: string): SimulatedObject {
    const before = this.#existing(from)
    if (this.fold(from) !== this.fold(to) && this.get(to) !== null) throw new Error(`"${to}" is taken.`)
    this.#unset(from)
    const version = this.profile.renameKeepsVersion ? before.version : this.#newVersion(before.content, before.id)
    return this.#set({ ...before, key: to, version })
  }

  remove(key: string, by: 'somebody' | 'driver' = 'somebody'): void {
    const before = this.get(key)
    if (before === null) return
    if (by === 'driver') this.#lose(before)
    if (this.profile.reusesIds) this.#freeIds.push(before.id)
    this.#unset(key)
  }

  /** What a listing shows at this moment; with `behindMs`, what it showed that long ago. */
  listed(behindMs = 0): SimulatedObject[] {
    const at = this.#clock.monotonic() - behindMs
    const shown: SimulatedObject[] = []
    for (const past of this.#past.values()) {
      const last = past.findLast(({ from }) => from <= at)
      if (last?.object) shown.push(last.object)
    }
    return shown
  }

  createMarker(): void {
    this.#marker ??= this.#random.uuid()
  }

  loseMarker(): void {
    this.#marker = null
  }

  /** Another account, disk or bucket under the same address: other identity, and these objects. */
  exchange(objects: Readonly<Record<string, string>> = {}): void {
    this.#marker = null
    this.#place = `place-${this.#random.uuid()}`
    for (const { key } of this.objects) this.remove(key)
    for (const [key, content] of Object.entries(objects)) this.put(key, content)
  }

  /** Whether something else stands at this place for a while. */
  get isExchanged(): boolean {
    return this.#ours !== null
  }

  /** As `exchange`, until `changeBack`. */
  exchangeForAWhile(objects: Readonly<Record<string, string>>): void {
    if (this.#ours !== null) return
    this.#ours = { marker: this.#marker, place: this.#place, objects: [...this.#objects], past: [...this.#past] }
    this.#stand({ marker: null, place: `place-${this.#random.uuid()}`, objects: [], past: [] })
    for (const [key, content] of Object.entries(objects)) this.put(key, content)
  }

  /** Resolves to what is on the other disk that is taken away again. */
  changeBack(): readonly SimulatedObject[] {
    if (this.#ours === null) return []
    const others = this.objects
    this.#stand(this.#ours)
    this.#ours = null
    return others
  }

  #stand({ marker, place, objects, past }: AnotherPlace): void {
    this.#marker = marker
    this.#place = place
    this.#objects.clear()
    this.#past.clear()
    for (const [name, object] of objects) this.#objects.set(name, object)
    for (const [name, seen] of past) this.#past.set(name, seen)
  }

  backUp(): PlaceBackup {
    return { objects: this.objects }
  }

  /** The objects of a backup with the ids and versions that they had; the marker is the same and lies there anew. */
  restore(backup: PlaceBackup): void {
    this.#copy += 1
    for (const { key } of this.objects) this.#unset(key)
    for (const object of backup.objects) this.#set(object)
  }

  #existing(key: string): SimulatedObject {
    const found = this.get(key)
    if (found === null) throw new Error(`There is no "${key}".`)
    return found
  }

  #set(object: SimulatedObject): SimulatedObject {
    this.#objects.set(this.fold(object.key), object)
    this.#show(object.key, object)
    return object
  }

  #unset(key: string): void {
    this.#objects.delete(this.fold(key))
    this.#show(key, null)
  }

  #show(key: string, object: SimulatedObject | null): void {
    const lag = this.profile.listingLagMs === 0 ? 0 : this.#random.integer(0, this.profile.listingLagMs)
    const past = this.#past.get(this.fold(key)) ?? []
    // An index catches up in order: a later change is never seen before an earlier one.
    const from = Math.max(this.#clock.monotonic() + lag, past.at(-1)?.from ?? 0)
    past.push({ from, object })
    this.#past.set(this.fold(key), past)
  }

  #lose(object: SimulatedObject): void {
    this.onLoss?.(object)
    if (this.profile.keepsReplaced) this.trash.add(object.sha256)
  }

  #remember(content: string): string {
    const sha256 = sha256Of(content)
    this.everWritten.add(sha256)
    return sha256
  }

  #newId(): string {
    this.#count += 1
    return this.#freeIds.pop() ?? `id${this.#count}`
  }

  /** Never the same twice, and nothing of the content but its size can be told by it. */
  #newVersion(content: string, id: string): string {
    this.#count += 1
    return this.capabilities.ids === 'hint' ? `${content.length}-${this.#count}-${id}` : `v${this.#count}`
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString()
  }
}
