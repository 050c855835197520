import type { AssetId, Clock } from '@syncwatch/core'
import { type AssetMetadata, keyBeforeMoving, NO_METADATA, type RecordedContent } from '@syncwatch/sync'
import type { SeededRandom } from '../seeded-random.ts'
import { sha256Of } from '../simulated-store/simulated-object.ts'
import type { SimulatedPlace } from '../simulated-store/simulated-place.ts'
import type { MemoryAsset, MemoryLibrary } from './memory-library.ts'
import type { Edit } from './schedule.ts'
import type { VaultContents } from './simulated-vault.ts'

export interface PeopleOptions {
  readonly library: MemoryLibrary
  readonly vault: VaultContents
  readonly places: readonly SimulatedPlace[]
  readonly clock: Clock
  readonly random: SeededRandom
}

/** Everybody who edits on either side, and the memory of what they did: by it the engine is judged. */
export class SimulatedPeople {
  /** Hashes of all content that anybody ever wrote. */
  readonly everWritten = new Set<string>()
  /** What people themselves threw away before the library knew it: nobody can be asked for that. */
  readonly thrownAway = new Set<string>()
  /** Names that somebody touched. */
  readonly touched = new Set<string>()
  readonly #options: PeopleOptions
  #count = 0

  constructor(options: PeopleOptions) {
    this.#options = options
  }

  /** The same files on both sides, as they are before anything happens. */
  settleIn(files: number): void {
    for (let index = 0; index < files; index += 1) {
      const text = this.#text('first')
      this.#create(nameOf(index), text)
      for (const place of this.#options.places) place.put(nameOf(index), text)
    }
  }

  do(edit: Edit): void {
    if (edit.side === 'library') this.#inLibrary(edit)
    else this.#inStore(edit)
  }

  #inLibrary({ kind, one, other }: Edit): void {
    const assets = [...this.#options.library.assets.values()]
    const live = assets.filter(({ trashed }) => !trashed)
    const trashed = assets.filter((asset) => asset.trashed)
    const asset = live[one % Math.max(1, live.length)]
    if (kind === 'create') this.#createFree(nameOf(other))
    else if (kind === 'restore') this.#restore(trashed[one % Math.max(1, trashed.length)])
    else if (asset !== undefined) this.#changeAsset(asset, kind, live[other % live.length], nameOf(other))
  }

  #changeAsset(asset: MemoryAsset, kind: Edit['kind'], second: MemoryAsset | undefined, name: string): void {
    const { library } = this.#options
    this.touched.add(asset.key)
    if (kind === 'replace') library.change(asset.id, { content: this.#content(this.#text('library')) })
    if (kind === 'describe') library.change(asset.id, { metadata: this.#described(asset.metadata, 'library') })
    if (kind === 'remove') library.change(asset.id, { trashed: true })
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

  #content(text: string): RecordedContent {
    const { vault, clock } = this.#options
    const { sha256, size } = vault.add(text)
    return { sha256, size, mimeType: 'text/plain', modifiedAt: new Date(clock.now()).toISOString() }
  }

  #inStore({ kind, one, other, store }: Edit): void {
    const place = this.#options.places[store]
    if (place === undefined) return
    // Names in between are there for a moment, and nobody gives them to another file.
    const objects = place.objects.filter(({ key }) => keyBeforeMoving(key) === null)
    const object = objects[one % Math.max(1, objects.length)]
    if (kind === 'create') {
      this.touched.add(nameOf(other))
      if (place.get(nameOf(other)) === null) place.put(nameOf(other), this.#text('store'))
      return
    }
    if (object === undefined) return
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

  #throwAway(place: SimulatedPlace, key: string): void {
    const sha256 = place.get(key)?.sha256
    if (sha256 !== undefined && !this.#options.library.reachable().has(sha256)) this.thrownAway.add(sha256)
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

/** A small world: names meet often. */
function nameOf(index: number): string {
  return index % 2 === 0 ? `file-${index}.txt` : `folder/file-${index}.txt`
}
