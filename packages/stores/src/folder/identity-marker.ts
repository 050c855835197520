import { link, lstat, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { isUuid, type Random } from '@syncwatch/core'
import type { StoreIdentity } from '@syncwatch/sync'
import { systemCode } from '../local-files/system-call.ts'
import { rootError } from './file-system-error.ts'
import { OWN_PREFIX } from './ignored-names.ts'

/** The file by which a folder is recognised after it was moved or mounted elsewhere. */
export const MARKER_NAME = `${OWN_PREFIX}store.json`

/** Where a folder may not be written to. That is no failure: device and inode of the root identify it then. */
const NOT_ALLOWED: ReadonlySet<string> = new Set(['EROFS', 'EACCES', 'EPERM', 'ENOSPC', 'EDQUOT', 'ENOTSUP'])

/** Reads the marker; makes it where it is missing, wanted and allowed. Rejects `store_unavailable`. */
export async function folderIdentity(root: string, create: boolean, random: Random): Promise<StoreIdentity> {
  const place = await rootPlace(root)
  const found = await readMarker(root)
  const marker = found !== null || !create ? found : await createMarker(root, random)
  return { marker, place, copy: marker === null ? null : await markerCopy(root) }
}

/**
 * Inode and birth of the marker: a backup that is put back makes a file of its own (which may get the inode of the old one), a folder
 * that is moved or mounted elsewhere keeps it.
 */
async function markerCopy(root: string): Promise<string | null> {
  return lstat(join(root, MARKER_NAME), { bigint: true }).then(
    ({ ino, birthtimeNs }) => `${ino}-${birthtimeNs}`,
    () => null,
  )
}

async function rootPlace(root: string): Promise<string> {
  try {
    const stats = await lstat(root, { bigint: true })
    return `${stats.dev}:${stats.ino}`
  } catch (error) {
    throw rootError(root, error)
  }
}

async function readMarker(root: string): Promise<string | null> {
  try {
    const parsed: unknown = JSON.parse(await readFile(join(root, MARKER_NAME), 'utf8'))
    const store = typeof parsed === 'object' && parsed !== null && 'store' in parsed ? parsed.store : null
    return typeof store === 'string' && isUuid(store) ? store : null
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) === 'ENOENT' || systemCode(error) === 'EACCES') return null
    throw rootError(root, error)
  }
}

/** Written whole under another name and linked, so that of two nodes at once one wins and both read the same. */
async function createMarker(root: string, random: Random): Promise<string | null> {
  const store = random.uuid()
  const temporary = join(root, `${OWN_PREFIX}${store}.new`)
  try {
    const file = await open(temporary, 'wx', 0o644)
    try {
      await file.writeFile(
        `${JSON.stringify({ format: 1, store, note: 'Syncwatch recognises this folder by this file. Keep it.' }, null, 2)}\n`,
      )
      await file.sync()
    } finally {
      await file.close()
    }
    await link(temporary, join(root, MARKER_NAME))
    return store
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return readMarker(root)
    if (NOT_ALLOWED.has(systemCode(error))) return null
    throw rootError(root, error)
  } finally {
    await unlink(temporary).catch(() => undefined)
  }
}
