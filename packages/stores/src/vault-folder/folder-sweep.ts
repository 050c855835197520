import { access, mkdir, opendir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Clock } from '@syncwatch/core'
import type { LyingContent, VaultSweep } from '@syncwatch/sync'
import { systemCode } from '../local-files/system-call.ts'
import { removeLeftovers } from '../local-files/temporary-files.ts'
import { contentPath } from '../local-files/vault-content.ts'
import { vaultError } from './vault-error.ts'

const SHA256 = /^[0-9a-f]{64}$/

/** The sweeping of a vault in a folder: what is set aside lies in `aside/<sha256>`, and its time says since when. */
export class FolderSweep implements VaultSweep {
  readonly #root: string
  readonly #clock: Clock

  constructor(root: string, clock: Clock) {
    this.#root = root
    this.#clock = clock
  }

  async *contents(): AsyncGenerator<LyingContent> {
    const root = join(this.#root, 'content')
    for (const folder of await this.#call(readdir(root))) {
      // Content is written where it is to lie, so what killed processes left lies there too.
      await this.#call(removeLeftovers(join(root, folder), this.#clock))
      yield* this.#lying(join(root, folder))
    }
  }

  aside(): AsyncGenerator<LyingContent> {
    return this.#lying(join(this.#root, 'aside'))
  }

  async setAside(sha256: string): Promise<void> {
    const path = contentPath(this.#root, sha256)
    const now = new Date(this.#clock.now())
    // The time first: what is set aside with its old time would look as if it had lain there for long.
    await this.#gone(utimes(path, now, now))
    await this.#gone(rename(path, this.#asidePath(sha256)))
  }

  async putBack(sha256: string): Promise<void> {
    await this.cameBack(sha256)
  }

  /** Whether content was set aside and is back in its place now. */
  async cameBack(sha256: string): Promise<boolean> {
    const path = contentPath(this.#root, sha256)
    const back = () => this.#gone(rename(this.#asidePath(sha256), path))
    if (await back()) return true
    // Mostly it is not here, and seldom only the folder of its place is missing.
    if (!(await this.#gone(access(this.#asidePath(sha256))))) return false
    await this.#call(mkdir(dirname(path), { recursive: true }))
    return back()
  }

  async destroy(sha256: string): Promise<void> {
    const folder = join(this.#root, 'derivatives', sha256.slice(0, 2))
    const names = await readdir(folder).catch(() => [])
    for (const name of names)
      if (name.startsWith(`${sha256}.`)) await this.#call(rm(join(folder, name), { force: true }))
    await this.#call(rm(this.#asidePath(sha256), { force: true }))
  }

  async *#lying(folder: string): AsyncGenerator<LyingContent> {
    for await (const entry of await this.#call(opendir(folder))) {
      if (!entry.isFile() || !SHA256.test(entry.name)) continue
      const there = await stat(join(folder, entry.name)).catch(() => null)
      if (there !== null) yield { sha256: entry.name, size: there.size, since: there.mtimeMs }
    }
  }

  #asidePath(sha256: string): string {
    return join(this.#root, 'aside', sha256)
  }

  /** Whether it was done; false where the file is not there (any more). */
  async #gone(call: Promise<void>): Promise<boolean> {
    return call.then(
      () => true,
      (error: unknown) => {
        if (systemCode(error) === 'ENOENT') return false
        throw vaultError(this.#root, error)
      },
    )
  }

  async #call<Result>(call: Promise<Result>): Promise<Result> {
    return call.catch((error: unknown) => {
      throw vaultError(this.#root, error)
    })
  }
}
