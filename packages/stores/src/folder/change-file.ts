import { closeSync, copyFileSync, constants as fsConstants, openSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Precondition, StoreObject } from '@syncwatch/sync'
import { type DiskWork, foldersUp } from '../local-files/disk-syncs.ts'
import { fileVersion, storeObject } from '../local-files/file-version.ts'
import {
  assertBelow,
  assertInside,
  assertRoot,
  makeParents,
  type Root,
  removeEmptyParents,
} from '../local-files/parents.ts'
import { publish } from '../local-files/publish.ts'
import { changed, Refusal, taken } from '../local-files/refusal.ts'
import { relocate } from '../local-files/relocate.ts'
import { lookAt, removeQuietly, syncFolder, systemCode } from '../local-files/system-call.ts'
import { readBytes, writeBytes } from '../local-files/whole-file.ts'
import { trashPlace } from './folder-trash.ts'
import { OWN_PREFIX } from './ignored-names.ts'
import { isSidecar, ownerOf, sidecarOf } from './sidecar-name.ts'

/** What every change of a folder needs to know. Plain data: it passes to a worker thread. */
export interface ChangeContext {
  readonly root: Root
  readonly durable: boolean
  /** Days that deleted and overwritten files are kept for; 0 for not at all. */
  readonly trashDays: number
  readonly nowMs: number
  /** Makes the names of this change unlike all others. */
  readonly unique: string
}

/** Files of more bytes are worth a try to clone them. */
const CLONED_BYTES = 128 * 1024

/** A name of our own beside a key: no listing shows it, and what a crash left under it is cleared away later. */
export function temporaryPath(root: string, key: string, unique: string): string {
  return join(dirname(join(root, key)), `${OWN_PREFIX}${unique}.new`)
}

/** The object under a key and its sidecar; null where there is none, or something that is no object. */
export function lookAtObject(root: string, key: string): StoreObject | null {
  const stats = lookAt(join(root, key))
  if (!stats?.isFile()) return null
  if (ownerOf(key) !== null && isSidecar(key, (name) => isFile(join(root, name)))) return null
  const sidecar = lookAt(join(root, sidecarOf(key)))
  return storeObject(key, stats, sidecar?.isFile() ? sidecar : null)
}

/** Takes a place for content that is to be written under a key: its folders are there and lie within the root. */
export function preparePlace(context: ChangeContext, key: string): string {
  assertRoot(context.root)
  makeParents(context.root.path, key)
  return temporaryPath(context.root.path, key, context.unique)
}

/** Content that lies as a file on this machine; `modifiedMs` is the time that its copy is to show. */
export interface LocalContent {
  readonly path: string
  readonly size: number
  readonly modifiedMs: number | null
}

/** Publishes content that lies as a file on this machine. It is cloned where the file system can. */
export function* writeLocalFile(
  context: ChangeContext,
  key: string,
  source: LocalContent,
  condition: Precondition,
): DiskWork<StoreObject> {
  const temporary = preparePlace(context, key)
  try {
    const isSmall = source.size <= CLONED_BYTES
    if ((isSmall ? copySmall(source, temporary) : clone(source, temporary)) !== source.size)
      throw new Refusal('item_unreadable', 'was not written: the library has lost a part of its content')
    // What is small was written in no time: its place was looked at a moment ago.
    if (!isSmall) assertPlace(context, key)
    return yield* publishIn(context, key, temporary, isSmall ? null : source.modifiedMs, condition)
  } catch (error) {
    removeQuietly(temporary)
    throw error
  }
}

/** Returns how many bytes were copied. */
function clone({ path }: LocalContent, to: string): number {
  copyFileSync(path, to, fsConstants.COPYFILE_EXCL | fsConstants.COPYFILE_FICLONE)
  return Number(lookAt(to)?.size)
}

/** A small file is written as it was read, with its time: a copy by the system costs five calls more. */
function copySmall({ path, size, modifiedMs }: LocalContent, to: string): number {
  const file = openSync(path, 'r')
  try {
    // One byte more than there should be, so that content which grew is not taken for whole.
    const bytes = readBytes(file, size + 1)
    writeBytes(to, bytes, modifiedMs)
    return bytes.length
  } finally {
    closeSync(file)
  }
}

/** Publishes a temporary file that stands beside the key. */
export function* publishTemporary(
  context: ChangeContext,
  key: string,
  temporary: string,
  modifiedMs: number | null,
  condition: Precondition,
): DiskWork<StoreObject> {
  assertPlace(context, key)
  return yield* publishIn(context, key, temporary, modifiedMs, condition)
}

function assertPlace({ root }: ChangeContext, key: string): void {
  assertRoot(root)
  assertBelow(root.path, join(root.path, key))
}

/** The same in a place that was looked at a moment ago. */
function* publishIn(
  context: ChangeContext,
  key: string,
  temporary: string,
  modifiedMs: number | null,
  condition: Precondition,
): DiskWork<StoreObject> {
  const { root, durable } = context
  const target = join(root.path, key)
  assertNoOwner(root.path, key)
  if (condition.kind === 'absent') assertNoLoneSidecar(root.path, key)
  else if (lookAt(target) === null) throw changed()
  const replaced = condition.kind === 'version' ? keptPlace(context, key) : null
  yield* publish({
    temporary,
    target,
    condition,
    durable,
    modifiedMs,
    top: root.path,
    replaced,
    assertPlace: () => assertPlace(context, key),
  })
  return objectAt(root.path, key)
}

function objectAt(root: string, key: string): StoreObject {
  const object = lookAtObject(root, key)
  if (object === null) throw changed()
  return object
}

function keptPlace({ root, trashDays, nowMs, unique }: ChangeContext, key: string): string | null {
  return trashDays > 0 ? trashPlace(root.path, key, nowMs, unique.slice(-8)) : null
}

/** A file that would become the sidecar of another one would not be an object any more. */
function assertNoOwner(root: string, key: string): void {
  if (ownerOf(key) !== null && isSidecar(key, (name) => isFile(join(root, name))))
    throw new Refusal(
      'item_name_collision',
      `cannot be written: it would be taken for the metadata of "${ownerOf(key)}"`,
    )
}

/** The same from the other side: a lone `.xmp` would become the sidecar of what is written. */
function assertNoLoneSidecar(root: string, key: string): void {
  const sidecar = sidecarOf(key)
  if (isFile(join(root, sidecar)) && !isFile(join(root, key)))
    throw new Refusal('item_name_collision', `cannot be written: the file "${sidecar}" would be taken for its metadata`)
}

const isFile = (path: string): boolean => lookAt(path)?.isFile() ?? false

/** Removes a file of that version, with its sidecar: into the trash, or for good. What is gone already is removed. */
export function deleteFile(context: ChangeContext, key: string, version: string): void {
  const { root, durable } = context
  assertRoot(root)
  const path = join(root.path, key)
  const there = lookAt(path)
  if (there === null) return
  if (!there.isFile()) throw changed()
  assertInside(root.path, path)
  throwAway(context, key, version)
  const sidecar = sidecarOf(key)
  const stats = lookAt(join(root.path, sidecar))
  if (stats?.isFile()) throwAway({ ...context, unique: `${context.unique}-x` }, sidecar, fileVersion(stats))
  if (durable) syncFolder(dirname(path))
  removeEmptyParents(root.path, key)
}

function throwAway(context: ChangeContext, key: string, version: string): void {
  const { path: root } = context.root
  const place = keptPlace(context, key)
  const to = place ?? temporaryPath(root, key, `${context.unique}-gone`)
  relocate({ from: join(root, key), to, version, aside: temporaryPath(root, key, context.unique) })
  if (place === null) removeQuietly(to)
}

/** Renames a file of that version, and its sidecar, onto names that are free. */
export function moveFile(context: ChangeContext, from: string, to: string, version: string): StoreObject {
  const { root, durable } = context
  assertRoot(root)
  assertInside(root.path, join(root.path, from))
  if (isFile(join(root.path, from))) makeParents(root.path, to)
  assertNoOwner(root.path, to)
  const sidecar = lookAt(join(root.path, sidecarOf(from)))
  if (!isSameEntry(root.path, from, to)) assertNoLoneSidecar(root.path, to)
  try {
    rename(context, from, to, version)
  } catch (error) {
    removeEmptyParents(root.path, to)
    throw error
  }
  if (sidecar?.isFile())
    rename({ ...context, unique: `${context.unique}-x` }, sidecarOf(from), sidecarOf(to), fileVersion(sidecar))
  if (durable) syncNames(root.path, [from, to])
  removeEmptyParents(root.path, from)
  return objectAt(root.path, to)
}

/** Brings the names of these keys to the disk, with those of the folders on the way. */
function syncNames(root: string, keys: readonly string[]): void {
  const folders = keys.flatMap((key) => foldersUp(dirname(join(root, key)), root))
  for (const folder of new Set(folders)) syncFolder(folder)
}

function rename(context: ChangeContext, from: string, to: string, version: string): void {
  const { path: root } = context.root
  if (isSameEntry(root, from, to)) respell(join(root, from), join(root, to), version)
  else
    relocate({
      from: join(root, from),
      to: join(root, to),
      version,
      aside: temporaryPath(root, from, context.unique),
    })
}

/** Only the case or the Unicode form differs, and to the file system it is the same entry: it only changes the spelling. */
function respell(from: string, to: string, version: string): void {
  const there = lookAt(from)
  if (there === null || fileVersion(there) !== version) throw changed()
  renameSync(from, to)
}

/** Whether two names that differ only in case or Unicode form are one entry here. */
function isSameEntry(root: string, from: string, to: string): boolean {
  if (from === to) throw taken()
  if (fold(from) !== fold(to)) return false
  const [one, other] = [lookAt(join(root, from)), lookAt(join(root, to))]
  // Two hard links would be two entries, but those have more than one.
  return one !== null && other !== null && one.ino === other.ino && one.dev === other.dev && one.nlink === 1n
}

const fold = (key: string): string => key.normalize('NFC').toLowerCase()

/** What is to become of the sidecar that was read: nothing, new bytes that lie under a temporary name, or no sidecar any more. */
export type SidecarChange =
  | { readonly kind: 'none' | 'remove'; readonly readVersion: string | null }
  | { readonly kind: 'write'; readonly temporary: string; readonly readVersion: string | null }

/** Changes the sidecar of a file that still has that version. */
export function* changeSidecar(
  context: ChangeContext,
  key: string,
  version: string,
  change: SidecarChange,
): DiskWork<StoreObject> {
  const { root, durable } = context
  const { readVersion } = change
  assertRoot(root)
  const object = lookAtObject(root.path, key)
  if (object?.version !== version || object.metadataVersion !== readVersion) throw changed()
  if (change.kind === 'write') {
    const target = join(root.path, sidecarOf(key))
    const condition: Precondition =
      readVersion === null ? { kind: 'absent' } : { kind: 'version', version: readVersion }
    const { temporary } = change
    const assertThere = () => assertPlace(context, key)
    yield* publish({
      temporary,
      target,
      condition,
      durable,
      modifiedMs: null,
      top: root.path,
      replaced: null,
      assertPlace: assertThere,
    })
  } else if (change.kind === 'remove' && readVersion !== null) throwAway(context, sidecarOf(key), readVersion)
  return objectAt(root.path, key)
}

/** Whether a failure only says that a folder on the way vanished, so that making it again is worth another try. */
export function isParentGone(error: unknown): boolean {
  return systemCode(error) === 'ENOENT'
}
