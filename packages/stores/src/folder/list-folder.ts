import type { BigIntStats, Dirent } from 'node:fs'
import { lstat, opendir, readlink, realpath } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { type ErrorCode, SyncwatchError } from '@syncwatch/core'
import type { ListingPage, StoreObject, StoreProblem } from '@syncwatch/sync'
import { storeObject } from '../local-files/file-version.ts'
import { lookAt as statOf, systemCode } from '../local-files/system-call.ts'
import { decodeFileName } from './file-name.ts'
import { itemError, rootError } from './file-system-error.ts'
import { isIgnored } from './ignored-names.ts'
import { assertKey } from './key-path.ts'
import { isSidecar, ownerOf, sidecarOf } from './sidecar-name.ts'

/** How many entries are looked at before a page is handed over, and at the same time. */
const PAGE_SIZE = 500
const HIDDEN: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EIO'])

interface Walk {
  readonly root: string
  readonly platform: string
  readonly signal: AbortSignal | undefined
  /** Folders still to be read, as keys; depth first, so that only the siblings along one path wait here. */
  readonly pending: string[]
  complete: boolean
}

interface Folder {
  readonly key: string
  readonly sidecars: ReadonlySet<string>
}

interface Page {
  objects: StoreObject[]
  problems: StoreProblem[]
  ignored: number
}

/**
 * Streams everything below a folder in pages. One page and the waiting folders are all that is in memory. A folder that
 * cannot be read makes the listing incomplete; a root that cannot be read, or is another one at the end than at the
 * beginning, rejects with `store_unavailable`.
 */
export async function* listFolder(
  root: string,
  platform: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<ListingPage> {
  const before = await rootStats(root)
  const walk: Walk = { root, platform, signal, pending: [''], complete: true }
  for (let folder = walk.pending.pop(); folder !== undefined; folder = walk.pending.pop()) {
    const sidecars = await possibleSidecars(walk, folder)
    for await (const entries of readEntries(walk, folder)) {
      const page = await lookAt(walk, { key: folder, sidecars }, entries)
      yield { ...page, complete: false }
    }
  }
  const after = await rootStats(root)
  if (after.dev !== before.dev || after.ino !== before.ino)
    throw new SyncwatchError('store_unavailable', `The folder ${root} was exchanged or unmounted while it was read.`)
  yield { objects: [], problems: [], ignored: 0, complete: walk.complete }
}

async function rootStats(root: string): Promise<BigIntStats> {
  try {
    const stats = await lstat(root, { bigint: true })
    if (!stats.isDirectory()) throw Object.assign(new Error('not a directory'), { code: 'ENOTDIR' })
    return stats
  } catch (error) {
    throw rootError(root, error)
  }
}

/** The entries of one folder in portions. Yields a portion with nothing but the failure where the folder cannot be read. */
async function* readEntries(walk: Walk, folder: string): AsyncGenerator<Dirent[] | StoreProblem> {
  let portion: Dirent[] = []
  try {
    const handle = await opendir(join(walk.root, folder), {
      bufferSize: PAGE_SIZE,
      encoding: 'buffer' as BufferEncoding,
    })
    for await (const entry of handle) {
      walk.signal?.throwIfAborted()
      portion.push(entry)
      if (portion.length < PAGE_SIZE) continue
      yield portion
      portion = []
    }
  } catch (error) {
    if (walk.signal?.aborted) throw walk.signal.reason
    if (folder === '') throw rootError(walk.root, error)
    // A folder that vanished holds nothing; one that cannot be read may hold anything.
    if (systemCode(error) !== 'ENOENT') {
      walk.complete = false
      const failure = itemError(`${folder}/`, error)
      yield { key: `${folder}/`, code: failure.code, message: failure.message }
    }
  }
  if (portion.length > 0) yield portion
}

/** The names of a folder that may be sidecars: few, so that not every file costs another look. */
async function possibleSidecars(walk: Walk, folder: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  try {
    const handle = await opendir(join(walk.root, folder), { bufferSize: PAGE_SIZE })
    for await (const { name } of handle) if (ownerOf(name) !== null) found.add(name)
  } catch {
    // What is wrong with the folder is told when its entries are read.
  }
  return found
}

async function lookAt(walk: Walk, folder: Folder, entries: Dirent[] | StoreProblem): Promise<Page> {
  const page: Page = { objects: [], problems: [], ignored: 0 }
  if (!Array.isArray(entries)) page.problems.push(entries)
  else await Promise.all(entries.map((entry) => lookAtEntry(walk, folder, entry, page)))
  return page
}

async function lookAtEntry(walk: Walk, folder: Folder, entry: Dirent, page: Page): Promise<void> {
  const prefix = folder.key === '' ? '' : `${folder.key}/`
  const name = decodeFileName(Buffer.from(entry.name))
  if (!name.valid) {
    // Nothing below a folder with such a name can have a key, so it is one item, whatever it holds.
    page.problems.push(problem(`${prefix}${name.display}`, 'item_name_invalid', 'has a name that is not valid UTF-8'))
    return
  }
  const key = prefix + name.text
  try {
    const stats = await lstat(join(walk.root, key), { bigint: true })
    if (isIgnored(name.text, stats.isDirectory() ? 'folder' : 'file')) page.ignored += 1
    else if (stats.isSymbolicLink()) page.problems.push(await linkProblem(walk.root, key))
    else if (stats.isDirectory()) walk.pending.push(key)
    else if (!stats.isFile()) page.problems.push(problem(key, 'item_not_a_file', `is ${kindOf(stats)}, not a file`))
    else await takeFile(walk, folder, name.text, key, stats, page)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return
    // A folder that shows its names and nothing more: what is behind them may be a folder, and was not looked at.
    if (HIDDEN.has(systemCode(error))) walk.complete = false
    const failure = itemError(key, error)
    page.problems.push({ key, code: failure.code, message: failure.message })
  }
}

async function takeFile(
  walk: Walk,
  folder: Folder,
  name: string,
  key: string,
  stats: BigIntStats,
  page: Page,
): Promise<void> {
  const inFolder = (other: string) => statOf(join(walk.root, folder.key, other))?.isFile() ?? false
  if (folder.sidecars.has(name) && isSidecar(name, inFolder)) return
  assertKey(key, walk.platform)
  const sidecar = folder.sidecars.has(sidecarOf(name)) ? statOf(join(walk.root, sidecarOf(key))) : null
  page.objects.push(storeObject(key, stats, sidecar?.isFile() ? sidecar : null))
}

/** Links are never followed: one that leads out is refused, and what one inside leads to is listed under its own name. */
async function linkProblem(root: string, key: string): Promise<StoreProblem> {
  const path = join(root, key)
  const real = await realpath(path).catch(() => null)
  const target = real ?? resolve(dirname(path), await readlink(path))
  const inside = target === root || target.startsWith(root.endsWith(sep) ? root : root + sep)
  if (inside && real === null)
    return problem(key, 'item_not_a_file', 'is a symbolic link to something that is not there')
  return inside
    ? problem(
        key,
        'item_not_a_file',
        'is a symbolic link within the folder; what it leads to is synced under its own name',
      )
    : problem(key, 'item_outside_root', 'is a symbolic link that leads out of the folder and is not followed')
}

function kindOf(stats: BigIntStats): string {
  if (stats.isFIFO()) return 'a named pipe'
  if (stats.isSocket()) return 'a socket'
  return stats.isBlockDevice() || stats.isCharacterDevice() ? 'a device' : 'something else'
}

function problem(key: string, code: ErrorCode, says: string): StoreProblem {
  return { key, code, message: `"${key}" ${says}.` }
}
