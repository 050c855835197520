import { copyFileSync, constants as fsConstants, linkSync, renameSync, unlinkSync } from 'node:fs'
import { fileVersion } from './file-version.ts'
import { changed, taken } from './refusal.ts'
import { hasNoLinks, lookAt, removeQuietly, systemCode } from './system-call.ts'

/** What a rename without loss needs: where from, where to, the version that may be moved and a free name beside `from`. */
export interface Relocation {
  readonly from: string
  readonly to: string
  readonly version: string
  readonly aside: string
}

/**
 * Gives a file another name, overwriting nothing and moving no other version than the expected one, whatever happens meanwhile:
 * it gets the new name first, then the old name is taken away and looked at, and given back where something else was under
 * it. Throws `Refusal('precondition_failed')`.
 */
export function relocate({ from, to, version, aside }: Relocation): void {
  const before = lookAt(from)
  if (before === null || !before.isFile() || fileVersion(before) !== version) throw changed()
  const linked = linkAs(from, to)
  if (linked === 'no links') {
    renameUnlinked(from, to)
    return
  }
  renameSync(from, aside)
  const moved = lookAt(aside)
  const wanted = linked === 'copied' ? moved !== null && fileVersion(moved) === version : isSame(moved, before, version)
  if (wanted) {
    removeQuietly(aside)
    return
  }
  giveBack(aside, from)
  removeQuietly(to)
  throw changed()
}

function isSame(moved: ReturnType<typeof lookAt>, before: { ino: bigint }, version: string): boolean {
  return moved !== null && moved.ino === before.ino && fileVersion(moved) === version
}

function linkAs(from: string, to: string): 'linked' | 'copied' | 'no links' {
  try {
    linkSync(from, to)
    return 'linked'
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw taken()
    // A disk mounted within the folder.
    if (systemCode(error) === 'EXDEV') return copyAs(from, to)
    if (!hasNoLinks(error)) throw error
    return 'no links'
  }
}

function copyAs(from: string, to: string): 'copied' {
  try {
    copyFileSync(from, to, fsConstants.COPYFILE_EXCL)
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw taken()
    removeQuietly(to)
    throw error
  }
  return 'copied'
}

/** Without hard links there is a moment between the look and the rename; nothing better can be had there. */
function renameUnlinked(from: string, to: string): void {
  if (lookAt(to) !== null) throw taken()
  renameSync(from, to)
}

/**
 * Somebody put another version there in between: it comes back. Where a third one is there already, it stays beside it under a name
 * that everybody sees.
 */
function giveBack(aside: string, from: string): void {
  try {
    linkSync(aside, from)
    unlinkSync(aside)
  } catch (error) {
    renameSync(aside, systemCode(error) === 'EEXIST' ? `${from}.kept-${aside.slice(-12, -4)}` : from)
  }
}
