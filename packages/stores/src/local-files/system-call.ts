import { type BigIntStats, closeSync, fsyncSync, lstatSync, openSync, unlinkSync } from 'node:fs'

/** What file systems answer that have no hard links. */
const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV', 'EINVAL'])
/** Windows and some network file systems cannot sync a folder; there a rename is as safe as it gets. */
const NO_FOLDER_SYNC: ReadonlySet<string> = new Set(['EPERM', 'EINVAL', 'EISDIR', 'EACCES', 'ENOTSUP'])

/** The `code` of a failed system call, '' for anything else. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

export function hasNoLinks(error: unknown): boolean {
  return NO_LINKS.has(systemCode(error))
}

/** What says that nothing is under a path; no name that is too long can be there. */
const NOTHING: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'])

/** What is under a path, without following it; null when nothing is. */
export function lookAt(path: string): BigIntStats | null {
  try {
    // Mostly asked about what is not there, and an error for each would cost ten times the call.
    return lstatSync(path, { bigint: true, throwIfNoEntry: false }) ?? null
  } catch (error) {
    if (NOTHING.has(systemCode(error))) return null
    throw error
  }
}

/** Removes what may be gone already. */
export function removeQuietly(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // It is a name of our own, that no listing shows and the next one clears away.
  }
}

/** Brings the bytes of a file to the disk. */
export function syncFile(path: string): void {
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Brings the names in a folder to the disk. */
export function syncFolder(path: string): void {
  let folder: number
  try {
    folder = openSync(path, 'r')
  } catch (error) {
    if (NO_FOLDER_SYNC.has(systemCode(error))) return
    throw error
  }
  try {
    fsyncSync(folder)
  } catch (error) {
    if (!NO_FOLDER_SYNC.has(systemCode(error))) throw error
  } finally {
    closeSync(folder)
  }
}
