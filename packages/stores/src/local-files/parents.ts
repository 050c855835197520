import { mkdirSync, realpathSync, rmdirSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { Refusal } from './refusal.ts'
import { lookAt, systemCode } from './system-call.ts'

/** A root as it was found: writing stops where another place appears under its path (a disk that was unmounted). */
export interface Root {
  readonly path: string
  /** `device:inode`. */
  readonly place: string
}

export function rootPlace(path: string): string | null {
  const stats = lookAt(path)
  return stats?.isDirectory() ? `${stats.dev}:${stats.ino}` : null
}

export function assertRoot(root: Root): void {
  if (rootPlace(root.path) !== root.place)
    throw new Refusal('store_unavailable', 'was not touched: the folder is not the one that it was a moment ago')
}

/** Whether nothing on the way to a key is a link that leads out of the root. */
export function assertInside(root: string, path: string): void {
  const parent = realpathSync.native(dirname(path))
  if (parent !== root && !parent.startsWith(root.endsWith(sep) ? root : root + sep))
    throw new Refusal('item_outside_root', 'lies behind a link that leads out of the folder')
}

/** The same below a root that was looked at a moment ago: only what is no folder on the way down needs the longer question. */
export function assertBelow(root: string, path: string): void {
  for (let parent = dirname(path); parent.length > root.length; parent = dirname(parent))
    if (!lookAt(parent)?.isDirectory()) {
      assertInside(root, path)
      return
    }
}

/** Makes the folders of a key where they are missing, none of them through a link. Whoever writes into one brings their names to the disk. */
export function makeParents(root: string, key: string): void {
  const segments = key.split('/').slice(0, -1)
  if (segments.length === 0) return
  const whole = join(root, ...segments)
  // Nearly every folder is there already.
  if (lookAt(whole)?.isDirectory()) {
    assertBelow(root, whole)
    return
  }
  makeFolders(root, segments)
  assertBelow(root, join(root, key))
}

function makeFolders(root: string, segments: readonly string[]): void {
  let path = root
  for (const segment of segments) {
    path = join(path, segment)
    makeFolder(path)
  }
}

function makeFolder(path: string): void {
  const there = lookAt(path)
  if (there?.isDirectory()) return
  if (there?.isSymbolicLink())
    throw new Refusal('item_outside_root', 'lies behind a symbolic link, which is not followed')
  if (there !== null)
    throw new Refusal('item_name_collision', 'cannot be written: a file stands where its folder would be')
  try {
    mkdirSync(path)
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
  }
}

/** Removes the folders that a key leaves empty, up to the root. */
export function removeEmptyParents(root: string, key: string): void {
  const segments = key.split('/').slice(0, -1)
  for (; segments.length > 0; segments.pop()) {
    try {
      rmdirSync(join(root, ...segments))
    } catch {
      return
    }
  }
}
