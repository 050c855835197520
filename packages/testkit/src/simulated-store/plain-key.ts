import { SyncwatchError } from '@syncwatch/core'

/** What all stores refuse as a key: nothing, a NUL, an absolute path, steps out of the root, more than 1024 bytes. */
export function assertPlainKey(key: string): void {
  const segments = key.split('/')
  if (segments.includes('..') || key.startsWith('/'))
    throw new SyncwatchError('item_outside_root', `"${key}" leads out of the store.`)
  if (segments.some((name) => name === '' || name === '.') || key.includes('\0') || Buffer.byteLength(key) > 1024)
    throw new SyncwatchError('item_name_invalid', `"${key.slice(0, 80)}" cannot be a key.`)
}
