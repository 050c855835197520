import { isStorable, SyncwatchError } from '@syncwatch/core'

/** Longest key in bytes of UTF-8: what S3 allows. */
const MAX_KEY_BYTES = 1024
/** Longest name between two slashes, in bytes: what file systems allow. */
const MAX_SEGMENT_BYTES = 255
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/

/**
 * Checks a key that a person gave to an asset: something below a root in any store, and visible there. Stores may refuse more.
 * Throws `item_outside_root` and `item_name_invalid`.
 */
export function parseAssetKey(key: string): string {
  if (key === '') refuse('item_name_invalid', key, 'is empty')
  if (CONTROL.test(key) || !isStorable(key)) refuse('item_name_invalid', key, 'has characters that no name may have')
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) refuse('item_name_invalid', key, `is over ${MAX_KEY_BYTES} bytes long`)
  if (key.startsWith('/')) refuse('item_outside_root', key, 'begins with a slash')
  for (const segment of key.split('/')) {
    if (segment === '..') refuse('item_outside_root', key, 'leads out of the library')
    if (segment === '' || segment === '.') refuse('item_name_invalid', key, 'has an empty segment')
    if (segment.startsWith('.syncwatch')) refuse('item_name_invalid', key, 'is a name that Syncwatch keeps for itself')
    if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES)
      refuse('item_name_invalid', key, `has a name over ${MAX_SEGMENT_BYTES} bytes long`)
  }
  return key
}

/** The key of a name in a folder; '' is the root. */
export function joinKey(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}

/** Folder and name of a key. */
export function splitKey(key: string): { readonly folder: string; readonly name: string } {
  const slash = key.lastIndexOf('/')
  return slash < 0 ? { folder: '', name: key } : { folder: key.slice(0, slash), name: key.slice(slash + 1) }
}

function refuse(code: 'item_name_invalid' | 'item_outside_root', key: string, why: string): never {
  throw new SyncwatchError(code, `The key "${key.slice(0, 100).replace(CONTROL, '·').toWellFormed()}" ${why}.`)
}
