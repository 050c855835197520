import { type ErrorCode, isSyncwatchError, SyncwatchError } from '@syncwatch/core'

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

/** The `code` of a failed system call, '' for anything else. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** A failed call on one file as a documented failure of that file. */
export function itemError(key: string, error: unknown): SyncwatchError {
  if (isSyncwatchError(error)) return error
  const code = systemCode(error)
  const known = ITEM_CODES[code] ?? { code: 'item_unreadable' as const, says: `cannot be read (${code || 'unknown'})` }
  return new SyncwatchError(known.code, `"${key}" ${known.says}.`, { cause: error, details: { key, system: code } })
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
