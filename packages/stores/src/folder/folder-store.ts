import { lstat, realpath } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { type Clock, isSyncwatchError, type Random, SyncwatchError } from '@syncwatch/core'
import type { ListingPage, OpenObject, Store, StoreCapabilities, StoreIdentity, StoreObject } from '@syncwatch/sync'
import { itemError, rootError, systemCode } from './file-system-error.ts'
import { storeObject } from './file-version.ts'
import { folderIdentity } from './identity-marker.ts'
import { assertKey } from './key-path.ts'
import { listFolder } from './list-folder.ts'
import { openFile } from './open-file.ts'

export interface FolderStoreOptions {
  /** An absolute path. It need not be there yet: every call says clearly when it is not. */
  readonly root: string
  readonly clock: Clock
  readonly random: Random
  /** How long a file must have rested before it is read, in milliseconds. 500 by default. */
  readonly settleMs?: number
  readonly platform?: string
}

const CAPABILITIES: StoreCapabilities = {
  kind: 'folder',
  listing: 'strong',
  listingOrder: 'none',
  stableIds: true,
  conditionalWrites: false,
  rename: true,
  metadata: false,
  watch: false,
}

/** A folder of this machine (or a mounted one) as a store. Nothing outside its root is ever read or written. */
export class FolderStore implements Store {
  readonly capabilities = CAPABILITIES
  readonly #options: FolderStoreOptions
  readonly #platform: string
  /** Where the root was when it was last looked for. */
  #root: string | null = null

  constructor(options: FolderStoreOptions) {
    if (!isAbsolute(options.root) || options.root.includes('\0'))
      throw new SyncwatchError('invalid_input', `"${options.root}" is not an absolute path.`)
    this.#options = options
    this.#platform = options.platform ?? process.platform
  }

  async identity(options: { create: boolean }): Promise<StoreIdentity> {
    return folderIdentity(await this.#findRoot(), options.create, this.#options.random)
  }

  async *list(options: { signal?: AbortSignal }): AsyncGenerator<ListingPage> {
    yield* listFolder(await this.#findRoot(), this.#platform, options.signal)
  }

  async head(key: string): Promise<StoreObject | null> {
    assertKey(key, this.#platform)
    const root = this.#root ?? (await this.#findRoot())
    try {
      const stats = await lstat(join(root, key), { bigint: true })
      return stats.isFile() ? storeObject(key, stats) : null
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'ENOTDIR') throw itemError(key, error)
      await this.#findRoot()
      return null
    }
  }

  async read(key: string, options: { signal?: AbortSignal } = {}): Promise<OpenObject> {
    assertKey(key, this.#platform)
    const { clock, settleMs = 500 } = this.#options
    const root = this.#root ?? (await this.#findRoot())
    try {
      return await openFile(root, key, { clock, settleMs, signal: options.signal })
    } catch (error) {
      if (isSyncwatchError(error, 'item_not_found')) await this.#findRoot()
      throw error
    }
  }

  async close(): Promise<void> {}

  /**
   * The root without links. Asked anew by each listing, and before a file is said to be missing: a folder that was
   * unmounted or taken away must not look like one whose files were.
   */
  async #findRoot(): Promise<string> {
    this.#root = null
    try {
      this.#root = await realpath(this.#options.root)
      return this.#root
    } catch (error) {
      throw rootError(this.#options.root, error)
    }
  }
}
