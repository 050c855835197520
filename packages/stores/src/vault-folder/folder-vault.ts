import { createHash } from 'node:crypto'
import { createReadStream, type Stats, statSync } from 'node:fs'
import { type FileHandle, mkdir, open, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Clock, type Random, SyncwatchError } from '@syncwatch/core'
import type { LyingContent, Vault, VaultEntry, VaultSweep } from '@syncwatch/sync'
import { systemCode } from '../local-files/system-call.ts'
import { removeLeftovers, temporaryName } from '../local-files/temporary-files.ts'
import { contentPath } from '../local-files/vault-content.ts'
import { FolderSweep } from './folder-sweep.ts'
import { vaultError } from './vault-error.ts'

export interface FolderVaultOptions {
  /** Made where it is missing. `content/`, `derivatives/` and `tmp/` stand below it. */
  readonly root: string
  readonly clock: Clock
  readonly random: Random
}

const SHA256 = /^[0-9a-f]{64}$/
const ABSENT: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR'])
const DERIVATIVE = /^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/

/** A vault in a folder: `content/ab/<sha256>`, each file written once and never changed. */
export class FolderVault implements Vault, VaultSweep {
  readonly #root: string
  readonly #random: Random
  readonly #sweep: FolderSweep

  private constructor(options: FolderVaultOptions) {
    this.#root = options.root
    this.#random = options.random
    this.#sweep = new FolderSweep(options.root, options.clock)
  }

  /** Makes the folders and removes what killed processes left in `tmp/`. */
  static async open(options: FolderVaultOptions): Promise<FolderVault> {
    try {
      for (const folder of ['content', 'derivatives', 'aside', 'tmp'])
        await mkdir(join(options.root, folder), { recursive: true })
      await removeLeftovers(join(options.root, 'tmp'), options.clock)
    } catch (error) {
      throw vaultError(options.root, error)
    }
    return new FolderVault(options)
  }

  async put(
    stream: AsyncIterable<Uint8Array>,
    options: { signal?: AbortSignal; durability?: 'full' | 'relaxed' } = {},
  ): Promise<VaultEntry> {
    const durable = options.durability !== 'relaxed'
    const temporary = join(this.#root, 'tmp', temporaryName(this.#random, process.pid))
    let published = false
    try {
      const entry = await writeHashed(temporary, stream, durable, options.signal)
      published = await this.#publish(temporary, entry, durable)
      return entry
    } catch (error) {
      throw vaultError(this.#root, error)
    } finally {
      if (!published) await rm(temporary, { force: true }).catch(() => undefined)
    }
  }

  get localFolder(): string {
    return this.#root
  }

  localPath(sha256: string): string {
    return this.#contentPath(sha256)
  }

  async has(sha256: string, size?: number): Promise<boolean> {
    const path = this.#contentPath(sha256)
    const found = await orNull(this.#root, this.#look(path))
    // What was set aside as unused is used after all.
    const there = found ?? ((await this.#sweep.cameBack(sha256)) ? await orNull(this.#root, this.#look(path)) : null)
    return there !== null && (size === undefined || there.size === size)
  }

  async read(sha256: string, range?: { start: number; end: number }): Promise<AsyncIterable<Uint8Array>> {
    const path = this.#contentPath(sha256)
    if (!(await this.has(sha256))) throw new SyncwatchError('not_found', `The vault has no content ${sha256}.`)
    return readLazily(path, range)
  }

  async putDerivative(sha256: string, name: string, bytes: Uint8Array): Promise<void> {
    const path = this.#derivativePath(sha256, name)
    const temporary = join(this.#root, 'tmp', temporaryName(this.#random, process.pid))
    try {
      await writeFile(temporary, bytes, { flag: 'wx' })
      await mkdir(dirname(path), { recursive: true })
      await rename(temporary, path)
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined)
      throw vaultError(this.#root, error)
    }
  }

  async readDerivative(sha256: string, name: string): Promise<Uint8Array | null> {
    return orNull(this.#root, readFile(this.#derivativePath(sha256, name)))
  }

  async freeBytes(): Promise<number | null> {
    return statfs(this.#root).then(
      (stats) => stats.bavail * stats.bsize,
      () => null,
    )
  }

  contents(): AsyncIterable<LyingContent> {
    return this.#sweep.contents()
  }

  aside(): AsyncIterable<LyingContent> {
    return this.#sweep.aside()
  }

  setAside(sha256: string): Promise<void> {
    return this.#sweep.setAside(sha256)
  }

  putBack(sha256: string): Promise<void> {
    return this.#sweep.putBack(sha256)
  }

  destroy(sha256: string): Promise<void> {
    return this.#sweep.destroy(sha256)
  }

  async close(): Promise<void> {}

  /**
   * Content under its name is whole by construction, so what is there already stays, unless a crash cut it short. Resolves
   * to whether the temporary file became the content.
   */
  async #publish(temporary: string, entry: VaultEntry, durable: boolean): Promise<boolean> {
    const path = this.#contentPath(entry.sha256)
    const there = await stat(path).catch(() => null)
    if (there?.size === entry.size) return false
    await this.#renameInto(temporary, path, durable)
    if (durable) await syncFolder(dirname(path))
    return true
  }

  /** Nearly every folder is there already, so it is made only when it turns out to be missing. */
  async #renameInto(temporary: string, path: string, durable: boolean): Promise<void> {
    try {
      await rename(temporary, path)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
      const folder = dirname(path)
      await mkdir(folder, { recursive: true })
      await rename(temporary, path)
      // A new folder's own name stands in its parent, which must reach the disk as well.
      if (durable) await syncFolder(dirname(folder))
    }
  }

  /** In this thread: for a name that is known a promise costs ten times the look. */
  async #look(path: string): Promise<Stats | null> {
    return statSync(path, { throwIfNoEntry: false }) ?? null
  }

  #contentPath(sha256: string): string {
    if (!SHA256.test(sha256)) throw new SyncwatchError('invalid_input', 'Content is named by 64 hex digits.')
    return contentPath(this.#root, sha256)
  }

  #derivativePath(sha256: string, name: string): string {
    if (!SHA256.test(sha256) || !DERIVATIVE.test(name))
      throw new SyncwatchError('invalid_input', `"${name}" does not name a derivative.`)
    return join(this.#root, 'derivatives', sha256.slice(0, 2), `${sha256}.${name}`)
  }
}

/** Null for what is not there. A vault that cannot be reached is another thing: it must not look like one that lost its content. */
async function orNull<T>(root: string, call: Promise<T>): Promise<T | null> {
  try {
    return await call
  } catch (error) {
    if (ABSENT.has(systemCode(error))) return null
    throw vaultError(root, error)
  }
}

async function writeHashed(
  path: string,
  stream: AsyncIterable<Uint8Array>,
  durable: boolean,
  signal: AbortSignal | undefined,
): Promise<VaultEntry> {
  const hash = createHash('sha256')
  const file = await open(path, 'wx', 0o644)
  try {
    let size = 0
    for await (const chunk of stream) {
      signal?.throwIfAborted()
      hash.update(chunk)
      size += await writeWhole(file, chunk)
    }
    if (durable) await file.sync()
    return { sha256: hash.digest('hex'), size }
  } finally {
    await file.close()
  }
}

async function writeWhole(file: FileHandle, chunk: Uint8Array): Promise<number> {
  for (let written = 0; written < chunk.length; )
    written += (await file.write(chunk, written, chunk.length - written)).bytesWritten
  return chunk.length
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } catch (error) {
    // Windows and some network file systems cannot sync a folder; there the rename is as safe as it gets.
    if (!(error instanceof Error && 'code' in error && (error.code === 'EPERM' || error.code === 'EINVAL'))) throw error
  } finally {
    await folder.close()
  }
}

/** Opened when it is first asked for bytes, so that a stream which nobody reads holds no file open. */
async function* readLazily(
  path: string,
  range: { start: number; end: number } | undefined,
): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path, range)
}
