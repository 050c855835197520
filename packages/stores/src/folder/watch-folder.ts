import { lstatSync } from 'node:fs'
import { relative, sep } from 'node:path'
import { subscribe } from '@parcel/watcher'
import type { Clock, TimerHandle } from '@syncwatch/core'
import { rootError } from './file-system-error.ts'
import { isIgnored } from './ignored-names.ts'
import { ownerOf } from './sidecar-name.ts'

/** Events that come this close together, in milliseconds, become one hint. */
const GATHER_MS = 200
/** More keys than this are said as "look at everything". */
const MAX_KEYS = 1_000

/** Tells of changes below a folder until it is closed. What goes wrong, and what is too much, becomes a hint without keys. */
export async function watchFolder(
  root: string,
  clock: Clock,
  onHint: (keys: readonly string[] | null) => void,
): Promise<{ close(): Promise<void> }> {
  const hints = new GatheredHints(clock, onHint)
  const subscription = await subscribe(
    root,
    (error, events) => {
      if (error !== null) return hints.addAll()
      for (const { path, type } of events) {
        hints.add(relative(root, path).split(sep).join('/'), type === 'create' && isFolder(path))
      }
    },
    { ignore: ['**/.git', '**/.syncwatch', '**/.syncwatch-trash'] },
  ).catch((error: unknown) => {
    throw rootError(root, error)
  })
  return {
    close: async () => {
      hints.close()
      await subscription.unsubscribe()
    },
  }
}

function isFolder(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
  } catch {
    return false
  }
}

/** Keys since the last hint, told together after a moment. */
class GatheredHints {
  readonly #clock: Clock
  readonly #onHint: (keys: readonly string[] | null) => void
  #keys = new Set<string>()
  #everything = false
  #timer: TimerHandle | null = null
  #isClosed = false

  constructor(clock: Clock, onHint: (keys: readonly string[] | null) => void) {
    this.#clock = clock
    this.#onHint = onHint
  }

  add(key: string, isNewFolder: boolean): void {
    const segments = key.split('/')
    const last = isNewFolder ? 'folder' : 'file'
    if (key === '' || segments.some((name, at) => isIgnored(name, at === segments.length - 1 ? last : 'folder'))) return
    // A folder that was moved in is one event, whatever is in it.
    if (isNewFolder) this.#everything = true
    this.#keys.add(key)
    // A sidecar says something of the file that it stands beside.
    const owner = ownerOf(key)
    if (owner !== null) this.#keys.add(owner)
    this.#wake()
  }

  addAll(): void {
    this.#everything = true
    this.#wake()
  }

  close(): void {
    this.#isClosed = true
    this.#timer?.cancel()
  }

  #wake(): void {
    if (this.#isClosed || this.#timer !== null) return
    this.#timer = this.#clock.setTimeout(() => this.#tell(), GATHER_MS)
    this.#timer.unref()
  }

  #tell(): void {
    const keys = this.#everything || this.#keys.size > MAX_KEYS ? null : [...this.#keys].sort()
    this.#keys = new Set()
    this.#everything = false
    this.#timer = null
    this.#onHint(keys)
  }
}
