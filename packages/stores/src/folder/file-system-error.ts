import { type ErrorCode, isSyncwatchError, SyncwatchError } from '@syncwatch/core'
import { Refusal } from '../local-files/refusal.ts'
import { systemCode } from '../local-files/system-call.ts'

const ITEM_CODES: Record<string, { code: ErrorCode; says: string }> = {
  ENOENT: { code: 'item_not_found', says: 'vanished before it was read' },
  ENOTDIR: { code: 'item_not_found', says: 'vanished before it was read' },
  ESTALE: { code: 'item_not_found', says: 'vanished before it was read' },
  ELOOP: { code: 'item_outside_root', says: 'is a symbolic link now and is not followed' },
  EACCES: { code: 'item_unreadable', says: 'may not be read by this user; give the server read permission' },
  EPERM: { code: 'item_unreadable', says: 'may not be read by this user; give the server read permission' },
  ENAMETOOLONG: { code: 'item_name_invalid', says: 'has a name that is too long for this system' },
  ENXIO: { code: 'item_not_a_file', says: 'is a socket or a device' },
  EISDIR: { code: 'item_not_a_file', says: 'is a folder now' },
}

const WRITE_CODES: typeof ITEM_CODES = {
  ENOSPC: { code: 'disk_full', says: 'was not written: the disk is full. Free some space; the next run goes on' },
  EDQUOT: { code: 'disk_full', says: 'was not written: the quota of this user is used up' },
  ENOENT: {
    code: 'precondition_failed',
    says: 'was not changed: its folder vanished meanwhile. The next run looks again',
  },
  ENOTDIR: { code: 'item_name_collision', says: 'cannot be written: a file stands where its folder would be' },
  EISDIR: { code: 'item_name_collision', says: 'cannot be written: a folder has this name' },
  ELOOP: { code: 'item_outside_root', says: 'lies behind a symbolic link, which is not followed' },
  ENAMETOOLONG: { code: 'item_name_invalid', says: 'has a name that is too long for this file system' },
  EINVAL: { code: 'item_name_invalid', says: 'has a name that this file system cannot hold' },
  EILSEQ: { code: 'item_name_invalid', says: 'has a name that this file system cannot hold' },
  EROFS: { code: 'item_unwritable', says: 'cannot be written: the file system is mounted for reading only' },
  EACCES: { code: 'item_unwritable', says: 'may not be written by this user; give the server write permission' },
  EPERM: { code: 'item_unwritable', says: 'may not be written by this user; give the server write permission' },
  EFBIG: { code: 'item_unwritable', says: 'is too large for this file system' },
}

/** A failed call on one file as a documented failure of that file. */
export function itemError(key: string, error: unknown): SyncwatchError {
  if (isSyncwatchError(error)) return error
  if (error instanceof Refusal) return refused(key, error)
  const code = systemCode(error)
  const known = ITEM_CODES[code] ?? { code: 'item_unreadable' as const, says: `cannot be read (${code || 'unknown'})` }
  return new SyncwatchError(known.code, `"${key}" ${known.says}.`, { cause: error, details: { key, system: code } })
}

/** The same of a call that was to change the file. What is no failed system call stays as it is. */
export function changeError(key: string, error: unknown): unknown {
  if (isSyncwatchError(error)) return error
  if (error instanceof Refusal) return refused(key, error)
  const code = systemCode(error)
  if (code === '') return error
  const known = WRITE_CODES[code] ?? { code: 'item_unwritable' as const, says: `cannot be written (${code})` }
  return new SyncwatchError(known.code, `"${key}" ${known.says}.`, { cause: error, details: { key, system: code } })
}

function refused(key: string, { refusal, says }: Refusal): SyncwatchError {
  return new SyncwatchError(refusal, `"${key}" ${says}.`, { details: { key } })
}

/** A failed call on the root: nothing may be concluded about what is in it. */
export function rootError(root: string, error: unknown): SyncwatchError {
  if (isSyncwatchError(error)) return error
  const code = systemCode(error)
  const why =
    code === 'ENOENT'
      ? 'does not exist. If it is on a disk or a share, connect it'
      : code === 'ENOTDIR'
        ? 'is not a folder'
        : code === 'EACCES' || code === 'EPERM'
          ? 'may not be read by this user'
          : `cannot be read (${code || 'unknown'})`
  return new SyncwatchError('store_unavailable', `The folder ${root} ${why}. Nothing was changed.`, {
    cause: error,
    details: { root, system: code },
  })
}
