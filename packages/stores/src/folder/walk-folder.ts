import { type BigIntStats, type Dirent, lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { type ErrorCode, isSyncwatchError } from '@syncwatch/core'
import type { StoreObject, StoreProblem } from '@syncwatch/sync'
import { storeObject } from '../local-files/file-version.ts'
import { lookAt, removeQuietly, systemCode } from '../local-files/system-call.ts'
import { decodeFileName, type FileName } from './file-name.ts'
import { itemError, rootError } from './file-system-error.ts'
import { isIgnored, isLeftOver } from './ignored-names.ts'
import { assertKey } from './key-path.ts'
import { isSidecar, ownerOf, sidecarOf } from './sidecar-name.ts'

/** How often a folder is read that changes while it is. */
const MOST_READS = 3

const HIDDEN: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EIO'])

/** A part of a walk through everything below a root. Plain data: it passes to a worker thread and back. */
export interface WalkStep {
  readonly root: string
  readonly platform: string
  /** The time of this listing, in milliseconds since 1970: what a crash left a day before is cleared away. */
  readonly nowMs: number
  /** Folders still to be read, as keys, the next one last. */
  readonly pending: readonly string[]
  /** After how many entries the step is over; a folder that was begun is read to its end. */
  readonly most: number
}

export interface WalkedStep {
  readonly objects: StoreObject[]
  readonly problems: StoreProblem[]
  ignored: number
  /** Depth first, so that only the siblings along one path wait here. */
  readonly pending: string[]
  /** Whether nothing was missed: a folder that cannot be read may hold anything. */
  complete: boolean
}

/** Reads folders until there is enough for a page, or nothing more to read. Rejects `store_unavailable` where the root is away. */
export function walkFolders(step: WalkStep): WalkedStep {
  const walked: WalkedStep = { objects: [], problems: [], ignored: 0, pending: [...step.pending], complete: true }
  let entries = 0
  while (entries < step.most) {
    const folder = walked.pending.pop()
    if (folder === undefined) break
    entries += readFolder(step, folder, walked) + 1
  }
  return walked
}

/**
 * What is renamed while its folder is read is seen under both names or under neither. A folder that changed meanwhile is read again; one
 * in which things keep vanishing is not known whole.
 */
function readFolder(step: WalkStep, folder: string, walked: WalkedStep): number {
  const path = join(step.root, folder)
  const changedAt = () => lookAt(path)?.mtimeNs
  let entries = 0
  for (let reads = 1; ; reads += 1) {
    const before = changedAt()
    const read = readOnce(step, folder)
    entries += read.entries
    const isSame = !read.hasVanished && changedAt() === before
    if (!isSame && reads < MOST_READS) continue
    for (const object of read.walked.objects) walked.objects.push(object)
    for (const problem of read.walked.problems) walked.problems.push(problem)
    for (const pending of read.walked.pending) walked.pending.push(pending)
    walked.ignored += read.walked.ignored
    walked.complete &&= read.walked.complete && !read.hasVanished
    return entries
  }
}

interface FolderRead {
  readonly walked: WalkedStep
  readonly entries: number
  /** Something was gone when it was looked at: it may be under another name now. */
  hasVanished: boolean
}

function readOnce(step: WalkStep, folder: string): FolderRead {
  const walked: WalkedStep = { objects: [], problems: [], ignored: 0, pending: [], complete: true }
  const names = entriesOf(step, folder, walked).map((entry) => decodeFileName(entry.name))
  const possibleSidecars = new Set<string>()
  for (const name of names) if (name.valid && ownerOf(name.text) !== null) possibleSidecars.add(name.text)
  const read: FolderRead = { walked, entries: names.length, hasVanished: false }
  const context = { step, folder, possibleSidecars, walked, read }
  for (const name of names) takeEntry(context, name)
  return read
}

interface Context {
  readonly step: WalkStep
  readonly folder: string
  /** Few, so that not every file costs another look for its sidecar. */
  readonly possibleSidecars: ReadonlySet<string>
  readonly walked: WalkedStep
  readonly read: FolderRead
}

function entriesOf({ root }: WalkStep, folder: string, walked: WalkedStep): Dirent<Buffer>[] {
  try {
    return readdirSync(join(root, folder), { encoding: 'buffer', withFileTypes: true })
  } catch (error) {
    if (folder === '') throw rootError(root, error)
    // What was in it may be elsewhere, or behind a door.
    walked.complete = false
    if (systemCode(error) !== 'ENOENT') {
      const { code, message } = itemError(`${folder}/`, error)
      walked.problems.push({ key: `${folder}/`, code, message })
    }
    return []
  }
}

function takeEntry(context: Context, name: FileName): void {
  const { step, folder, walked, read } = context
  const prefix = folder === '' ? '' : `${folder}/`
  if (!name.valid) {
    // Nothing below a folder with such a name can have a key, so it is one item, whatever it holds.
    walked.problems.push(problem(prefix + name.display, 'item_name_invalid', 'has a name that is not valid UTF-8'))
    return
  }
  const key = prefix + name.text
  try {
    takeNamed(context, key, name.text, lstatSync(join(step.root, key), { bigint: true }))
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      read.hasVanished = true
      return
    }
    // A folder that shows its names and nothing more: what is behind them may be a folder, and was not looked at.
    if (HIDDEN.has(systemCode(error))) walked.complete = false
    const failure = isSyncwatchError(error) ? error : itemError(key, error)
    walked.problems.push({ key, code: failure.code, message: failure.message })
  }
}

function takeNamed(context: Context, key: string, name: string, stats: BigIntStats): void {
  const { step, walked } = context
  if (isIgnored(name, stats.isDirectory() ? 'folder' : 'file')) {
    walked.ignored += 1
    if (isLeftOver(name, stats, step.nowMs)) removeQuietly(join(step.root, key))
  } else if (stats.isSymbolicLink()) walked.problems.push(linkProblem(step.root, key))
  else if (stats.isDirectory()) walked.pending.push(key)
  else if (!stats.isFile()) walked.problems.push(problem(key, 'item_not_a_file', `is ${kindOf(stats)}, not a file`))
  else takeFile(context, key, name, stats)
}

function takeFile({ step, folder, possibleSidecars, walked }: Context, key: string, name: string, stats: BigIntStats) {
  const inFolder = (other: string) => lookAt(join(step.root, folder, other))?.isFile() ?? false
  if (possibleSidecars.has(name) && isSidecar(name, inFolder)) return
  assertKey(key, step.platform)
  const sidecar = possibleSidecars.has(sidecarOf(name)) ? lookAt(join(step.root, sidecarOf(key))) : null
  walked.objects.push(storeObject(key, stats, sidecar?.isFile() ? sidecar : null))
}

/** Links are never followed: one that leads out is refused, and what one inside leads to is listed under its own name. */
function linkProblem(root: string, key: string): StoreProblem {
  const path = join(root, key)
  const real = realPathOf(path)
  const target = real ?? resolve(dirname(path), readlinkSync(path))
  const inside = target === root || target.startsWith(root.endsWith(sep) ? root : root + sep)
  if (!inside)
    return problem(key, 'item_outside_root', 'is a symbolic link that leads out of the folder and is not followed')
  return real === null
    ? problem(key, 'item_not_a_file', 'is a symbolic link to something that is not there')
    : problem(
        key,
        'item_not_a_file',
        'is a symbolic link within the folder; what it leads to is synced under its own name',
      )
}

function realPathOf(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null
  }
}

function kindOf(stats: BigIntStats): string {
  if (stats.isFIFO()) return 'a named pipe'
  if (stats.isSocket()) return 'a socket'
  return stats.isBlockDevice() || stats.isCharacterDevice() ? 'a device' : 'something else'
}

function problem(key: string, code: ErrorCode, says: string): StoreProblem {
  return { key, code, message: `"${key}" ${says}.` }
}
