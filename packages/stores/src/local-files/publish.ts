import { chmodSync, closeSync, linkSync, openSync, renameSync, utimesSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Precondition } from '@syncwatch/sync'
import type { DiskWork } from './disk-syncs.ts'
import { fileVersion } from './file-version.ts'
import { changed, taken } from './refusal.ts'
import { hasNoLinks, lookAt, removeQuietly, systemCode } from './system-call.ts'

/** A file that was written whole under a name of ours, and what it is to become. */
export interface Publication {
  readonly temporary: string
  readonly target: string
  readonly condition: Precondition
  readonly durable: boolean
  /** The time that the file is to show, in milliseconds since 1970; null for that of writing. */
  readonly modifiedMs: number | null
  /** The folder of the store: the names of new folders below it reach the disk too. */
  readonly top: string
  /** Where what is overwritten lives on as a link, null where it need not. Its folder is there. */
  readonly replaced: string | null
  /** Whether the folder is still the one that was meant is asked once more after waiting for the disk. Throws where it is not. */
  readonly assertPlace: () => void
}

/**
 * Publishes a temporary file, whole or not at all, and only where the condition holds. `absent` is decided by the file system. For
 * `version` the last look is one call before the rename: another program that renames onto the name in exactly
 * that moment loses, one that writes into the file does not (its bytes are in the trash). Throws
 * `Refusal('precondition_failed')`.
 */
export function* publish(publication: Publication): DiskWork<void> {
  const { temporary, target, condition, modifiedMs, durable } = publication
  if (modifiedMs !== null) utimesSync(temporary, modifiedMs / 1000, modifiedMs / 1000)
  if (durable) {
    yield { kind: 'file', path: temporary }
    publication.assertPlace()
  }
  if (condition.kind === 'absent') putAbsent(temporary, target)
  else replace(publication, condition.version)
  if (durable) yield { kind: 'folder', path: dirname(target), top: publication.top }
}

function replace({ temporary, target, replaced }: Publication, version: string): void {
  const there = lookAt(target)
  if (there === null || !there.isFile() || fileVersion(there) !== version) throw changed()
  chmodSync(temporary, Number(there.mode & 0o777n))
  if (replaced !== null) keep(target, replaced)
  const last = lookAt(target)
  if (last === null || fileVersion(last) !== version) {
    if (replaced !== null) removeQuietly(replaced)
    throw changed()
  }
  renameSync(temporary, target)
}

function keep(target: string, replaced: string): void {
  try {
    linkSync(target, replaced)
  } catch (error) {
    if (!hasNoLinks(error)) throw error
  }
}

function putAbsent(temporary: string, target: string): void {
  try {
    linkSync(temporary, target)
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw taken()
    if (!hasNoLinks(error)) throw error
    putAbsentUnlinked(temporary, target)
    return
  }
  removeQuietly(temporary)
}

/** Where there are no hard links the name is claimed by an empty file, which the content then replaces. */
function putAbsentUnlinked(temporary: string, target: string): void {
  let claim: number
  try {
    claim = openSync(target, 'wx')
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw taken()
    throw error
  }
  closeSync(claim)
  renameSync(temporary, target)
}
