import { SyncwatchError } from '@syncwatch/core'

/** Longest key in bytes of UTF-8: what S3 allows, and what fits an index row of Postgres. */
export const MAX_KEY_BYTES = 1024

const WINDOWS_DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$/i
const WINDOWS_FORBIDDEN = /[<>:"|?*\\]|[. ]$/

/**
 * Checks that a key names something below a root and nothing else: no empty, `.` or `..` segment, no absolute path, no
 * NUL, and on Windows no name that the system keeps for itself. Throws `item_outside_root` or `item_name_invalid`.
 */
export function assertKey(key: string, platform: string): void {
  if (key === '' || key.includes('\0')) refuse('item_name_invalid', key, 'is empty or has a NUL in it')
  if (!key.isWellFormed()) refuse('item_name_invalid', key, 'is not valid Unicode')
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) refuse('item_name_invalid', key, `is over ${MAX_KEY_BYTES} bytes long`)
  if (key.startsWith('/')) refuse('item_outside_root', key, 'is an absolute path')
  for (const segment of key.split('/')) {
    if (segment === '..') refuse('item_outside_root', key, 'leads out of the folder')
    if (segment === '' || segment === '.') refuse('item_name_invalid', key, 'has an empty segment')
    if (platform === 'win32' && (WINDOWS_DEVICE.test(segment) || WINDOWS_FORBIDDEN.test(segment)))
      refuse('item_name_invalid', key, 'is a name that Windows keeps for itself')
  }
}

function refuse(code: 'item_name_invalid' | 'item_outside_root', key: string, why: string): never {
  throw new SyncwatchError(code, `The key "${key.slice(0, 100).replaceAll('\0', '\\0')}" ${why}.`)
}
