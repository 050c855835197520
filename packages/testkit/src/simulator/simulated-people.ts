import type { AssetId, Clock } from '@syncwatch/core'
import { type AssetMetadata, keyBeforeMoving, NO_METADATA, type RecordedContent } from '@syncwatch/sync'
import type { SeededRandom } from '../seeded-random.ts'
import { sha256Of } from '../simulated-store/simulated-object.ts'
import type { PlaceBackup, SimulatedPlace } from '../simulated-store/simulated-place.ts'
import type { MemoryAsset, MemoryLibrary } from './memory-library.ts'
import type { Edit, Event } from './schedule.ts'
import type { VaultContents } from './simulated-vault.ts'

export interface PeopleOptions {
  readonly library: MemoryLibrary
  readonly vault: VaultContents
  readonly places: readonly SimulatedPlace[]
  readonly clock: Clock
  readonly random: SeededRandom
  /** Approves what is held back of a store, as it was held back when somebody looked last. */
  approve(store: number): void
}

/** Everybody who edits on either side, and the memory of what they did: by it the engine is judged. */
export class SimulatedPeople {
  /** Hashes of all content that anybody ever wrote. */
  readonly everWritten = new Set<string>()
  /** What people themselves threw away before the library knew it: nobody can be asked for that. */
  readonly thrownAway = new Set<string>()
  /** Names that somebody touched. */
  readonly touched = new Set<string>()
  /** Content of the disk that stood at a store's place for a while: none of the library's business. */
  readonly strangers = new Set<string>()
  readonly #options: PeopleOptions
  readonly #backups = new Map<SimulatedPlace, PlaceBackup>()
  readonly #onOtherDisk = new Map<SimulatedPlace, readonly string[]>()
  #count = 0

  constructor(options: PeopleOptions) {
    this.#options = options
  }

  /** The same files on both sides, as they are before anything happens; `inStore`: only in the first store, for all to get from it. */
  settleIn(files: number, inStore: boolean): void {
    const { places } = this.#options
    for (let index = 0; index < files; index += 1) {
      const text = this.#text('first')
      if (inStore) places[0]?.put(nameOf(index), text)
      else {
        this.#create(nameOf(index), text)
        for (const place of places) place.put(nameOf(index), text)
      }
    }
  }

  /** Does it, and tells the names that it touched. */
  doAndTell(edit: Edit | Event): readonly string[] {
    const before = [...this.touched]
    this.touched.clear()
    this.do(edit)
    const names = [...this.touched]
    for (const name of before) this.touched.add(name)
    return names
  }

  do(edit: Edit | Event): void {
    if ('event' in edit) this.#happens(edit)
    else if (edit.side === 'library') this.#inLibrary(edit)
    else this.#inStore(edit)
  }

  /** Everything is there again and has room. */
  makeGood(): void {
    for (const store of this.#options.places.keys())
      for (const event of ['come-back', 'change-back', 'make-room', 'empty-vault'] as const) this.do({ event, store })
  }

  #happens({ event, store }: Event): void {
    const { vault, places, approve } = this.#options
    const place = places[store]
    if (place === undefined) return
    if (event === 'go-away' || event === 'come-back') place.isAway = event === 'go-away'
    if (event === 'fill-up' || event === 'make-room') place.isFull = event === 'fill-up'
    if (event === 'fill-vault' || event === 'empty-vault') vault.isFull = event === 'fill-vault'
    if (event === 'exchange') this.#exchange(place)
    if (event === 'change-back') this.#changeBack(place)
    if (event === 'back-up' && !place.isExchanged) this.#backups.set(place, place.backUp())
    if (event === 'put-back') this.#putBack(place)
    if (event === 'approve') approve(store)
  }

  #exchange(place: SimulatedPlace): void {
    if (place.isExchanged) return
    this.#count += 1
    const others = { 'file-0.txt': `stranger ${this.#count}`, 'strange.txt': `stranger too ${this.#count}` }
    const hashes = Object.values(others).map(sha256Of)
    for (const sha256 of hashes) this.strangers.add(sha256)
    this.#onOtherDisk.set(place, hashes)
    place.exchangeForAWhile(others)
  }

  #changeBack(place: SimulatedPlace): void {
    if (!place.isExchanged) return
    const there = new Set(place.changeBack().map(({ sha256 }) => sha256))
    for (const sha256 of this.#onOtherDisk.get(place) ?? [])
      if (!there.has(sha256)) throw new Error('What stood on another disk was overwritten or deleted.')
  }

  #putBack(place: SimulatedPlace): void {
    const backup = this.#backups.get(place)
    if (backup === undefined || place.isExchanged) return
    const kept = new Set(backup.objects.map(({ sha256 }) => sha256))
    for (const { key, sha256 } of place.objects) if (!kept.has(sha256)) this.#throwAway(place, key)
    // Whoever does this touches all that differs.
    const before = new Map(backup.objects.map(({ key, version }) => [key, version]))
    for (const { key, version } of [...place.objects, ...backup.objects])
      if (before.get(key) !== version || place.get(key)?.version !== version) this.touched.add(key)
    place.restore(backup)
  }

  #inLibrary({ kind, one, other }: Edit): void {
    const assets = [...this.#options.library.assets.values()]
    const live = assets.filter(({ trashed }) => !trashed)
    const trashed = assets.filter((asset) => asset.trashed)
    const asset = live[one % Math.max(1, live.length)]
    if (kind === 'create') this.#createFree(nameOf(other))
    else if (kind === 'twin') this.#createFree(twinOf(asset?.key ?? nameOf(other), one))
    else if (kind === 'remove-most') for (const each of live.slice(1)) this.#changeAsset(each, 'remove', undefined, '')
    else if (kind === 'restore') this.#restore(trashed[one % Math.max(1, trashed.length)])
    else if (asset !== undefined) this.#changeAsset(asset, kind, live[other % live.length], nameOf(other))
  }

  #changeAsset(asset: MemoryAsset, kind: Edit['kind'], second: MemoryAsset | undefined, name: string): void {
    const { library } = this.#options
    this.touched.add(asset.key)
    if (kind === 'replace') library.change(asset.id, { content: this.#content(this.#text('library')) })
    if (kind === 'describe')
      library.change(asset.id, {
        metadata: this.#described(asset.metadata, 'library'),
        metadataModifiedAt: this.#now(),
      })
    if (kind === 'remove') library.change(asset.id, { trashed: true })
    if (kind === 'recase') {
      const other = twinOf(asset.key, 1)
      this.touched.add(other)
      if (library.live(other) === undefined) library.change(asset.id, { key: other })
    }
    if (kind === 'rename') {
      this.touched.add(name)
      if (library.live(name) === undefined) library.change(asset.id, { key: name })
    }
    if (kind === 'swap' && second !== undefined && second.id !== asset.id) {
      this.touched.add(second.key)
      library.change(asset.id, { key: second.key })
      library.change(second.id, { key: asset.key })
    }
  }

  #createFree(key: string): void {
    this.touched.add(key)
    if (this.#options.library.live(key) === undefined) this.#create(key, this.#text('library'))
  }

  #restore(asset: MemoryAsset | undefined): void {
    if (asset === undefined || this.#options.library.live(asset.key) !== undefined) return
    this.touched.add(asset.key)
    this.#options.library.change(asset.id, { trashed: false })
  }

  #create(key: string, text: string): void {
    const { library, random } = this.#options
    library.create(random.uuid() as AssetId, key, this.#content(text))
  }

  #now(): string {
    return new Date(this.#options.clock.now()).toISOString()
  }

  #content(text: string): RecordedContent {
    const { vault, clock } = this.#options
    const { sha256, size } = vault.add(text)
    return { sha256, size, mimeType: 'text/plain', modifiedAt: new Date(clock.now()).toISOString() }
  }

  #inStore({ kind, one, other, store }: Edit): void {
    const place = this.#options.places[store]
    if (place === undefined || place.isExchanged) return
    // Names in between are there for a moment, and nobody gives them to another file.
    const objects = place.objects.filter(({ key }) => keyBeforeMoving(key) === null)
    const object = objects[one % Math.max(1, objects.length)]
    if (kind === 'create' || kind === 'twin') {
      const name = kind === 'create' ? nameOf(other) : twinOf(object?.key ?? nameOf(other), one)
      this.touched.add(name)
      if (place.get(name) === null) place.put(name, this.#text('store'))
      return
    }
    if (object === undefined) return
    if (kind === 'remove-most') {
      for (const { key } of objects.slice(1)) {
        this.touched.add(key)
        this.#throwAway(place, key)
        place.remove(key)
      }
      return
    }
    this.touched.add(object.key)
    switch (kind) {
      case 'replace':
        this.#throwAway(place, object.key)
        place.put(object.key, this.#text('store'))
        return
      case 'describe':
        if (place.capabilities.metadata) place.setMetadata(object.key, this.#described(object.metadata, 'store'))
        return
      case 'remove':
        this.#throwAway(place, object.key)
        place.remove(object.key)
        return
      case 'recase':
      case 'rename':
      case 'restore':
        this.touched.add(nameOf(other))
        if (place.get(nameOf(other)) === null) place.rename(object.key, nameOf(other))
        return
      case 'swap': {
        const second = objects[other % objects.length]
        if (second === undefined || second.key === object.key) return
        this.touched.add(second.key)
        place.rename(object.key, 'aside.txt')
        place.rename(second.key, object.key)
        place.rename('aside.txt', second.key)
      }
    }
  }

  /** Bytes that nobody else has: in a store whose bytes the vault does not keep, those of an asset, too. */
  #throwAway(place: SimulatedPlace, key: string): void {
    const { library, vault, places } = this.#options
    const sha256 = place.get(key)?.sha256
    if (sha256 === undefined || (library.reachable().has(sha256) && vault.get(sha256) !== undefined)) return
    // What a run is making under a new name, where a store renames by copying, goes with what it is a copy of.
    const copies = new Set([...library.replicas.values()].flatMap(({ movingTo }) => movingTo ?? []))
    const others = places.flatMap(({ objects }) => objects).filter((one) => one.key !== key && !copies.has(one.key))
    const elsewhere = others.some((one) => one.sha256 === sha256)
    if (!elsewhere) this.thrownAway.add(sha256)
  }

  #described(before: AssetMetadata, who: string): AssetMetadata {
    this.#count += 1
    const tag = `${who}-${this.#count % 3}`
    const tags = before.tags.includes(tag) ? before.tags.filter((one) => one !== tag) : [...before.tags, tag].sort()
    return { ...NO_METADATA, ...before, description: `${who} ${this.#count}`, tags }
  }

  #text(who: string): string {
    this.#count += 1
    const text = `${who} ${this.#count}`
    this.everWritten.add(sha256Of(text))
    return text
  }
}

/** The same name but for case, or but for Unicode form where it has letters that have two. */
function twinOf(key: string, index: number): string {
  const upper = key.replace(/file|folder/u, (word) => (word === 'file' ? 'File' : 'FOLDER'))
  if (upper !== key && index % 3 !== 0) return upper
  return index % 2 === 0 ? 'caf\u00e9.txt' : 'cafe\u0301.txt'
}

/** A small world: names meet often. */
function nameOf(index: number): string {
  return index % 2 === 0 ? `file-${index}.txt` : `folder/file-${index}.txt`
}
