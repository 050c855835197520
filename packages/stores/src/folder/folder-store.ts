import { realpath } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { type Clock, isSyncwatchError, type Random, SyncwatchError } from '@syncwatch/core'
import type {
  AssetMetadata,
  ContentSource,
  ListingPage,
  OpenObject,
  Precondition,
  SetMetadataOptions,
  Store,
  StoreCapabilities,
  StoreIdentity,
  StoreObject,
  TakenObject,
  TakeOptions,
  WriteOptions,
} from '@syncwatch/sync'
import { type Root, rootPlace } from '../local-files/parents.ts'
import { removeQuietly } from '../local-files/system-call.ts'
import { temporaryName } from '../local-files/temporary-files.ts'
import { type ChangeContext, isParentGone, lookAtObject, type SidecarChange, temporaryPath } from './change-file.ts'
import { changeError, itemError, rootError } from './file-system-error.ts'
import { emptyTrash } from './folder-trash.ts'
import { type FolderWork, workHere } from './folder-work.ts'
import type { FolderWorkers } from './folder-workers.ts'
import { folderIdentity } from './identity-marker.ts'
import { isIgnored } from './ignored-names.ts'
import { assertKey } from './key-path.ts'
import { listFolder } from './list-folder.ts'
import { nameRules } from './name-rules.ts'
import { openFile } from './open-file.ts'
import { metadataOf, readSidecar, sidecarText, writeText } from './sidecar-file.ts'
import { watchFolder } from './watch-folder.ts'
import { writeStream } from './write-stream.ts'
import { holdableInXmp } from './xmp-document.ts'

export interface FolderStoreOptions {
  /** An absolute path. It need not be there yet: every call says clearly when it is not. */
  readonly root: string
  readonly clock: Clock
  readonly random: Random
  /** How long a file must have rested before it is read, in milliseconds. 500 by default. */
  readonly settleMs?: number
  /** How many days deleted and overwritten files stay in `.syncwatch-trash`; 30 by default, 0 for no trash. */
  readonly trashDays?: number
  readonly platform?: string
  /** Threads for the file work; without them it is done in the calling thread. */
  readonly workers?: FolderWorkers
}

const CAPABILITIES: Omit<StoreCapabilities, 'names'> = {
  kind: 'folder',
  listing: 'strong',
  listingOrder: 'none',
  ids: 'hint',
  conditionalWrites: false,
  rename: true,
  metadata: true,
  watch: true,
}

/** Files of more bytes are streamed into a folder, so that a cancel need not wait for them. */
const MAX_COPIED_BYTES = 16 * 1024 * 1024
/** How often a write is begun again because another change removed the folder that it had just made. */
const ATTEMPTS = 5

/** A folder of this machine (or a mounted one) as a store. Nothing outside its root is ever read or written. */
export class FolderStore implements Store {
  readonly #options: FolderStoreOptions
  readonly #platform: string
  readonly #work: FolderWork
  #names: 'exact' | 'folded'
  /** Where the root was when it was last looked for. */
  #root: Root | null = null
  /** While it is looked for. */
  #looking: Promise<Root> | null = null
  /** Which place it was when the identity was last asked, or anything else first: no other one is touched. */
  #place: string | null = null
  /** Only where there are threads to do it. */
  readonly take?: NonNullable<Store['take']>

  constructor(options: FolderStoreOptions) {
    if (!isAbsolute(options.root) || options.root.includes('\0'))
      throw new SyncwatchError('invalid_input', `"${options.root}" is not an absolute path.`)
    this.#options = options
    this.#platform = options.platform ?? process.platform
    this.#work = options.workers ?? workHere
    this.#names = this.#platform === 'linux' ? 'exact' : 'folded'
    const { workers } = options
    if (workers !== undefined) this.take = (key, take) => this.#take(workers, key, take)
  }

  /** `names` is asked of the file system by the first call that reaches it. */
  get capabilities(): StoreCapabilities {
    return { ...CAPABILITIES, names: this.#names }
  }

  async identity(options: { create: boolean }): Promise<StoreIdentity> {
    this.#place = null
    const root = await this.#findRoot()
    const identity = await folderIdentity(root.path, options.create, this.#options.random)
    this.#names = await nameRules(root.path, this.#platform)
    return identity
  }

  async *list(options: { signal?: AbortSignal }): AsyncGenerator<ListingPage> {
    const { path } = await this.#findRoot()
    const { clock, trashDays = 30 } = this.#options
    if (trashDays > 0) emptyTrash(path, clock.now(), trashDays)
    yield* listFolder({
      root: path,
      platform: this.#platform,
      nowMs: clock.now(),
      work: this.#work,
      signal: options.signal,
    })
  }

  async head(key: string): Promise<StoreObject | null> {
    assertKey(key, this.#platform)
    const root = await this.#rootNow()
    try {
      const object = lookAtObject(root.path, key)
      if (object === null) await this.#findRoot()
      return object
    } catch (error) {
      throw itemError(key, error)
    }
  }

  async read(key: string, options: { signal?: AbortSignal } = {}): Promise<OpenObject> {
    assertKey(key, this.#platform)
    const { clock, settleMs = 500 } = this.#options
    const root = await this.#rootNow()
    try {
      return await openFile(root.path, key, { clock, settleMs, signal: options.signal })
    } catch (error) {
      if (isSyncwatchError(error, 'item_not_found')) await this.#findRoot()
      throw error
    }
  }

  async #take(workers: FolderWorkers, key: string, options: TakeOptions): Promise<TakenObject | null> {
    const { clock, random, settleMs = 500 } = this.#options
    assertKey(key, this.#platform)
    options.signal.throwIfAborted()
    const { path: root } = await this.#rootNow()
    try {
      const taken = await workers.run('take', {
        root,
        key,
        settleMs,
        nowMs: clock.now(),
        vault: options.vaultFolder,
        temporaryName: temporaryName(random, process.pid),
        headBytes: options.headBytes,
        sniff: options.sniffWith === 'file-type',
        durable: options.durability === 'full',
      })
      if (taken.kind === 'slow') return null
      const { object, sha256, head, mimeType } = taken
      return { object, sha256, head, ...(mimeType !== undefined && { mimeType }) }
    } catch (error) {
      if (options.signal.aborted) throw options.signal.reason
      const failure = itemError(key, error)
      if (failure.code === 'item_not_found') await this.#findRoot()
      throw failure
    }
  }

  holdable(metadata: AssetMetadata): AssetMetadata {
    return holdableInXmp(metadata)
  }

  async readMetadata(key: string): Promise<AssetMetadata> {
    if ((await this.head(key)) === null) throw itemError(key, missing())
    const { path } = await this.#rootNow()
    try {
      return metadataOf(await readSidecar(path, key))
    } catch (error) {
      throw itemError(key, error)
    }
  }

  async describedAt(key: string): Promise<string | null> {
    const { path } = await this.#rootNow()
    try {
      return (await readSidecar(path, key)).modifiedAt ?? null
    } catch (error) {
      throw itemError(key, error)
    }
  }

  async write(
    key: string,
    content: ContentSource,
    condition: Precondition,
    options: WriteOptions = {},
  ): Promise<StoreObject> {
    this.#assertWritable(key)
    for (let attempt = 1; ; attempt += 1) {
      options.signal?.throwIfAborted()
      const context = await this.#context(options)
      try {
        return await this.#writeOnce(context, key, content, condition, options.signal)
      } catch (error) {
        if (options.signal?.aborted) throw options.signal.reason
        if (!isParentGone(error) || attempt === ATTEMPTS) throw await this.#failure(key, error)
      }
    }
  }

  async #writeOnce(
    context: ChangeContext,
    key: string,
    content: ContentSource,
    condition: Precondition,
    signal: AbortSignal | undefined,
  ): Promise<StoreObject> {
    const modifiedMs = timeOf(content.modifiedAt)
    const { localPath, size } = content
    if (localPath !== null && size <= MAX_COPIED_BYTES)
      return this.#work.run('writeLocal', { context, key, source: { path: localPath, size, modifiedMs }, condition })
    const temporary = await this.#work.run('prepare', { context, key })
    try {
      await writeStream(temporary, content, signal)
      return await this.#work.run('publish', { context, key, temporary, modifiedMs, condition })
    } finally {
      removeQuietly(temporary)
    }
  }

  async setMetadata(
    key: string,
    metadata: AssetMetadata,
    version: string,
    options: SetMetadataOptions = {},
  ): Promise<StoreObject> {
    this.#assertWritable(key)
    const context = await this.#context(options)
    const temporary = temporaryPath(context.root.path, key, context.unique)
    try {
      const sidecar = await readSidecar(context.root.path, key)
      if (options.metadataVersion !== undefined && options.metadataVersion !== sidecar.version)
        throw new SyncwatchError('precondition_failed', `The metadata of "${key}" was changed meanwhile.`)
      const text = sidecarText(sidecar, metadata)
      const readVersion = sidecar.version
      const isNew = text !== null && text !== sidecar.text
      if (isNew) await writeText(temporary, text)
      const change: SidecarChange = isNew
        ? { kind: 'write', temporary, readVersion }
        : { kind: text === null ? 'remove' : 'none', readVersion }
      return await this.#work.run('sidecar', { context, key, version, change })
    } catch (error) {
      throw await this.#failure(key, error)
    } finally {
      removeQuietly(temporary)
    }
  }

  async move(from: string, to: string, version: string, options: WriteOptions = {}): Promise<StoreObject> {
    this.#assertWritable(from)
    this.#assertWritable(to)
    const context = await this.#context(options)
    try {
      return await this.#work.run('move', { context, from, to, version })
    } catch (error) {
      throw await this.#failure(to, error)
    }
  }

  async delete(key: string, version: string, options: WriteOptions = {}): Promise<void> {
    this.#assertWritable(key)
    const context = await this.#context(options)
    try {
      await this.#work.run('delete', { context, key, version })
    } catch (error) {
      throw await this.#failure(key, error)
    }
  }

  async watch(onHint: (keys: readonly string[] | null) => void): Promise<{ close(): Promise<void> }> {
    const { path } = await this.#findRoot()
    return watchFolder(path, this.#options.clock, onHint)
  }

  async close(): Promise<void> {}

  /** What listings pass over must not be written: it would be missing from the next one. */
  #assertWritable(key: string): void {
    assertKey(key, this.#platform)
    const segments = key.split('/')
    const ignored = segments.find((name, at) => isIgnored(name, at === segments.length - 1 ? 'file' : 'folder'))
    if (ignored !== undefined)
      throw new SyncwatchError(
        'item_name_invalid',
        `"${key}" is not written: "${ignored}" is a name that folders ignore.`,
      )
  }

  async #context({ durability = 'full', signal }: WriteOptions): Promise<ChangeContext> {
    signal?.throwIfAborted()
    const { clock, random, trashDays = 30 } = this.#options
    const root = await this.#rootNow()
    return { root, durable: durability === 'full', trashDays, nowMs: clock.now(), unique: random.uuid() }
  }

  /** As it was found last, or as it is found now: calls that come while it is looked for do not all look for it. */
  async #rootNow(): Promise<Root> {
    return this.#root ?? this.#looking ?? this.#findRoot()
  }

  /** A root that is away is told before anything else: it explains all other failures. */
  async #failure(key: string, error: unknown): Promise<unknown> {
    const failure = changeError(key, error)
    if (isSyncwatchError(failure)) await this.#findRoot()
    return failure
  }

  /**
   * The root without links. Asked anew by each listing, and before a file is said to be missing: a folder that was
   * unmounted or taken away must not look like one whose files were.
   */
  #findRoot(): Promise<Root> {
    this.#root = null
    const looking = this.#lookForRoot().finally(() => {
      if (this.#looking === looking) this.#looking = null
    })
    this.#looking = looking
    return looking
  }

  async #lookForRoot(): Promise<Root> {
    try {
      const path = await realpath(this.#options.root)
      const place = rootPlace(path)
      if (place === null) throw Object.assign(new Error('not a directory'), { code: 'ENOTDIR' })
      this.#place ??= place
      if (place !== this.#place) throw new SyncwatchError('store_unavailable', exchanged(path))
      this.#root = { path, place }
      return this.#root
    } catch (error) {
      throw rootError(this.#options.root, error)
    }
  }
}

function exchanged(path: string): string {
  return `The folder ${path} is another one than it was a moment ago. Is the disk mounted? Nothing was changed.`
}

function missing(): Error {
  return Object.assign(new Error('not found'), { code: 'ENOENT' })
}

function timeOf(modifiedAt: string | null | undefined): number | null {
  return modifiedAt === null || modifiedAt === undefined ? null : Date.parse(modifiedAt)
}
