import { type BigIntStats, lstatSync } from 'node:fs'
import { SyncwatchError } from '@syncwatch/core'
import type { ListingPage } from '@syncwatch/sync'
import { rootError } from './file-system-error.ts'
import type { FolderWork } from './folder-work.ts'
import type { WalkedStep } from './walk-folder.ts'

/** How many entries are looked at before a page is handed over. */
const PAGE_SIZE = 1_000
/** So many parts are walked through at once. */
const WALKERS = 2
/** The folders that one of them is given; the others wait here. */
const FOLDERS_A_STEP = 64

export interface ListFolderOptions {
  readonly root: string
  readonly platform: string
  readonly nowMs: number
  readonly work: FolderWork
  readonly signal: AbortSignal | undefined
}

/**
 * Streams everything below a folder in pages, in no order. Three pages, the waiting folders and the entries of two folders are all that is in memory. A
 * folder that cannot be read makes the listing incomplete; a root that cannot be read, or is another one at the end
 * than at the beginning, rejects with `store_unavailable`.
 */
export async function* listFolder(options: ListFolderOptions): AsyncGenerator<ListingPage> {
  const { root, platform, nowMs, work, signal } = options
  const before = rootStats(root)
  // The last one first: so only the siblings along a path wait here.
  const waiting = ['']
  const walking: Promise<WalkedStep>[] = []
  const walk = () => {
    while (walking.length < WALKERS && waiting.length > 0) {
      // What there is is shared out.
      const share = Math.min(FOLDERS_A_STEP, Math.ceil(waiting.length / (WALKERS - walking.length)))
      const pending = waiting.splice(-share)
      const step = work.run('walk', { root, platform, nowMs, pending, most: PAGE_SIZE })
      // It may fail before anybody waits for it; who does is told all the same.
      step.catch(() => undefined)
      walking.push(step)
    }
  }
  let complete = true
  walk()
  try {
    for (let next = walking.shift(); next !== undefined; next = walking.shift()) {
      const step = await next
      signal?.throwIfAborted()
      for (const folder of step.pending) waiting.push(folder)
      // The next pages are looked at while this one is worked on.
      walk()
      complete &&= step.complete
      yield { objects: step.objects, problems: step.problems, ignored: step.ignored, complete: false }
      signal?.throwIfAborted()
    }
  } finally {
    // Whoever stops listening leaves nothing running behind.
    await Promise.allSettled(walking)
  }
  const after = rootStats(root)
  if (after.dev !== before.dev || after.ino !== before.ino)
    throw new SyncwatchError('store_unavailable', `The folder ${root} was exchanged or unmounted while it was read.`)
  yield { objects: [], problems: [], ignored: 0, complete }
}

function rootStats(root: string): BigIntStats {
  try {
    const stats = lstatSync(root, { bigint: true })
    if (!stats.isDirectory()) throw Object.assign(new Error('not a directory'), { code: 'ENOTDIR' })
    return stats
  } catch (error) {
    throw rootError(root, error)
  }
}
