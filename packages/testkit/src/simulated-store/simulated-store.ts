import { type Clock, SyncwatchError, sleep } from '@syncwatch/core'
import {
  type AssetMetadata,
  type ContentSource,
  type ListingPage,
  NO_METADATA,
  type OpenObject,
  type Precondition,
  type SetMetadataOptions,
  type Store,
  type StoreCapabilities,
  type StoreIdentity,
  type StoreObject,
  type WriteOptions,
} from '@syncwatch/sync'
import type { SeededRandom } from '../seeded-random.ts'
import { assertPlainKey } from './plain-key.ts'
import { listPlace } from './simulated-listing.ts'
import { asStoreObject, type SimulatedObject, sha256Of } from './simulated-object.ts'
import type { SimulatedPlace } from './simulated-place.ts'
import { NO_FAULTS, type StoreFaults } from './store-faults.ts'

/** A call of the engine on its way: `between` is the moment between a look and a write where the store has no conditions. */
export interface StoreCall {
  readonly name: 'identity' | 'list' | 'head' | 'read' | 'readMetadata' | 'write' | 'setMetadata' | 'move' | 'delete'
  readonly key: string | null
  readonly phase: 'before' | 'between' | 'after'
}

export interface SimulatedStoreOptions {
  readonly clock: Clock
  readonly random: SeededRandom
  readonly faults?: Partial<StoreFaults>
  /** Longest time that a call takes, in milliseconds on the clock; 0 (the default) for none. */
  readonly latencyMs?: number
  /** Runs at each step of each call: changes the place, or throws to end the process there. */
  readonly onCall?: (call: StoreCall) => void | Promise<void>
}

const HOUR_MS = 3_600_000

/** A driver for a simulated place, with faults. */
export class SimulatedStore implements Store {
  readonly place: SimulatedPlace
  /** What goes wrong from now on. */
  faults: StoreFaults
  /** How many calls changed something there, and how many were made at all. */
  writes = 0
  calls = 0
  readonly #options: SimulatedStoreOptions
  #hour = { began: 0, calls: 0 }

  constructor(place: SimulatedPlace, options: SimulatedStoreOptions) {
    this.place = place
    this.#options = options
    this.faults = { ...NO_FAULTS, ...options.faults }
  }

  get capabilities(): StoreCapabilities {
    return this.place.capabilities
  }

  async identity({ create, signal }: { create: boolean; signal?: AbortSignal }): Promise<StoreIdentity> {
    await this.#begin('identity', null, signal)
    if (create) this.place.createMarker()
    return this.place.identity
  }

  async *list({ signal }: { signal?: AbortSignal }): AsyncGenerator<ListingPage> {
    const begin = () => this.#begin('list', null, signal)
    yield* listPlace(this.place, { faults: this.faults, random: this.#options.random, begin })
  }

  async head(key: string, options: { signal?: AbortSignal } = {}): Promise<StoreObject | null> {
    assertPlainKey(key)
    await this.#begin('head', key, options.signal)
    const found = this.#find(key)
    return found === null ? null : this.#seen(found)
  }

  async read(key: string, options: { signal?: AbortSignal } = {}): Promise<OpenObject> {
    assertPlainKey(key)
    await this.#begin('read', key, options.signal)
    const found = this.#existing(key)
    return { object: this.#seen(found), stream: this.#stream(found, options.signal), close: async () => {} }
  }

  holdable(metadata: AssetMetadata): AssetMetadata {
    return this.place.profile.holdable(metadata)
  }

  async readMetadata(key: string, options: { signal?: AbortSignal } = {}): Promise<AssetMetadata> {
    assertPlainKey(key)
    await this.#begin('readMetadata', key, options.signal)
    const { metadata } = this.#existing(key)
    return this.capabilities.metadata ? metadata : NO_METADATA
  }

  async describedAt(key: string, options: { signal?: AbortSignal } = {}): Promise<string | null> {
    await this.#begin('readMetadata', key, options.signal)
    return this.#find(key)?.describedAt ?? null
  }

  async write(
    key: string,
    content: ContentSource,
    condition: Precondition,
    options: WriteOptions = {},
  ): Promise<StoreObject> {
    assertPlainKey(key)
    await this.#begin('write', key, options.signal)
    const text = await textOf(content, options.signal)
    this.#assertCondition(key, condition)
    if (this.place.isFull) throw new SyncwatchError('disk_full', 'No room is left in the store.')
    if (condition.kind === 'version') await this.#riskRace('write', key)
    // In the same turn as the write, as the store itself does it; onto a free name they all can.
    if (condition.kind === 'absent' || this.capabilities.conditionalWrites) this.#assertCondition(key, condition)
    if (condition.kind === 'version') this.#noteRace(key, condition.version)
    return this.#done('write', key, this.#seen(this.place.replace(key, text)))
  }

  async setMetadata(
    key: string,
    metadata: AssetMetadata,
    version: string,
    options: SetMetadataOptions = {},
  ): Promise<StoreObject> {
    assertPlainKey(key)
    if (!this.capabilities.metadata) throw new SyncwatchError('invalid_input', 'This store holds no metadata.')
    await this.#begin('setMetadata', key, options.signal)
    this.#assertCondition(key, { kind: 'version', version })
    const expected = options.metadataVersion
    if (expected !== undefined && this.#existing(key).metadataVersion !== expected) throw conflict(key)
    return this.#done('setMetadata', key, this.#seen(this.place.setMetadata(key, metadata)))
  }

  async move(from: string, to: string, version: string, options: WriteOptions = {}): Promise<StoreObject> {
    assertPlainKey(from)
    assertPlainKey(to)
    if (!this.capabilities.rename) throw new SyncwatchError('invalid_input', 'This store cannot rename.')
    await this.#begin('move', from, options.signal)
    this.#assertCondition(from, { kind: 'version', version })
    // A name that is taken is refused by all of these stores.
    if (this.place.fold(from) !== this.place.fold(to)) this.#assertCondition(to, { kind: 'absent' })
    return this.#done('move', from, this.#seen(this.place.rename(from, to)))
  }

  async delete(key: string, version: string, options: WriteOptions = {}): Promise<void> {
    assertPlainKey(key)
    await this.#begin('delete', key, options.signal)
    if (this.#find(key) === null) return
    this.#assertCondition(key, { kind: 'version', version })
    await this.#riskRace('delete', key)
    if (this.capabilities.conditionalWrites) this.#assertCondition(key, { kind: 'version', version })
    this.#noteRace(key, version)
    this.place.remove(key, 'driver')
    await this.#done('delete', key, undefined)
  }

  async close(): Promise<void> {}

  /** Between the look and the write the world may change, where the store has no conditions. */
  async #riskRace(name: StoreCall['name'], key: string): Promise<void> {
    if (!this.capabilities.conditionalWrites) await this.#options.onCall?.({ name, key, phase: 'between' })
  }

  /** In the same turn as the write. No driver could notice it, so it is overwritten; whoever judges the engine must know. */
  #noteRace(key: string, version: string): void {
    const now = this.place.get(key)
    if (now !== null && now.version !== version) this.place.lostInRace.add(now.sha256)
  }

  #assertCondition(key: string, condition: Precondition): void {
    const there = this.#find(key)
    const holds = condition.kind === 'absent' ? there === null : there?.version === condition.version
    if (!holds) throw conflict(key)
  }

  async #begin(name: StoreCall['name'], key: string | null, signal: AbortSignal | undefined): Promise<void> {
    const { clock, random, latencyMs = 0, onCall } = this.#options
    signal?.throwIfAborted()
    if (latencyMs > 0) await sleep(clock, random.integer(0, latencyMs), signal)
    await onCall?.({ name, key, phase: 'before' })
    signal?.throwIfAborted()
    this.calls += 1
    this.#assertThere()
    this.#spendCall()
    if (this.#happens(this.faults.rateLimit)) throw rateLimited(random.integer(100, 5_000))
    if (this.#happens(this.faults.serverError)) throw unavailable('The store answered with an error (500).')
  }

  async #done<T>(name: StoreCall['name'], key: string, result: T): Promise<T> {
    this.writes += 1
    await this.#options.onCall?.({ name, key, phase: 'after' })
    if (this.#happens(this.faults.lostAnswer)) throw new SyncwatchError('timeout', 'The store did not answer in time.')
    return result
  }

  #assertThere(): void {
    if (this.place.isAway) throw unavailable('The store cannot be reached.')
  }

  #spendCall(): void {
    const { callsPerHour } = this.place.profile
    const now = this.#options.clock.monotonic()
    if (now - this.#hour.began >= HOUR_MS) this.#hour = { began: now, calls: 0 }
    this.#hour.calls += 1
    if (callsPerHour !== null && this.#hour.calls > callsPerHour) throw rateLimited(this.#hour.began + HOUR_MS - now)
  }

  #find(key: string): SimulatedObject | null {
    return this.place.get(key)
  }

  #existing(key: string): SimulatedObject {
    const found = this.#find(key)
    if (found === null) throw new SyncwatchError('item_not_found', `"${key}" is not there.`)
    return found
  }

  #seen(object: SimulatedObject): StoreObject {
    return asStoreObject(object, this.capabilities.ids)
  }

  /** The bytes of the version that was opened, whatever is there meanwhile. */
  async *#stream({ content }: SimulatedObject, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    const bytes = Buffer.from(content)
    const half = bytes.length >> 1
    if (half > 0) yield bytes.subarray(0, half)
    signal?.throwIfAborted()
    this.#assertThere()
    if (this.#happens(this.faults.brokenRead)) throw unavailable('The connection broke off.')
    if (half < bytes.length) yield bytes.subarray(half)
  }

  #happens(probability: number): boolean {
    // No fault draws no number: the trace of a run without faults does not depend on how many there could be.
    return probability > 0 && this.#options.random.next() < probability
  }
}

async function textOf(content: ContentSource, signal: AbortSignal | undefined): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of await content.open(signal)) parts.push(part)
  const text = Buffer.concat(parts).toString()
  if (sha256Of(text) !== content.sha256)
    throw new SyncwatchError('item_unreadable', 'The content is not what the library says it is.')
  return text
}

const conflict = (key: string) => new SyncwatchError('precondition_failed', `"${key}" is not as it was expected.`)
const unavailable = (message: string) => new SyncwatchError('store_unavailable', message)
const rateLimited = (retry_after_ms: number) =>
  new SyncwatchError('rate_limited', 'Too many calls.', { details: { retry_after_ms } })
