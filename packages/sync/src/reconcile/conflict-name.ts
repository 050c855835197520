import { cutTo, fitName, splitKey } from './fit-name.ts'
import { keyBeforeMoving } from './name-between.ts'

const STORE_BYTES = 48

/** What a conflict name tells: the key that it was made of (cut where it was too long), the store and the number. */
export interface ConflictNameParts {
  readonly key: string
  readonly store: string
  readonly n: number
}

/**
 * The name of a conflict copy: `folder/name.conflict-<store>-<n>.ext`, at most 1,024 bytes and 255 in a segment, cut between characters.
 * One that is a conflict name already is not made longer: it gets this store and number. A name in between counts as the one it
 * was made of. `n` is 1 or more, and the caller's to raise until the name is free on both sides.
 */
export function conflictName(key: string, storeName: string, n: number): string {
  const own = keyBeforeMoving(key) ?? key
  const { folder, stem, extension } = splitKey(parseConflictName(own)?.key ?? own)
  return fitName(folder, stem, `.conflict-${storeWord(storeName)}-${n}${extension}`)
}

/** Reads a name that `conflictName` made; null for every other. */
export function parseConflictName(key: string): ConflictNameParts | null {
  const found = /^(?<start>.*)\.conflict-(?<store>[^./]+)-(?<n>[1-9]\d{0,8})(?<extension>\.[^./]+)?$/su.exec(key)
  const { start, store, n, extension } = found?.groups ?? {}
  if (start === undefined || store === undefined || n === undefined || start === '' || start.endsWith('/')) return null
  return { key: `${start}${extension ?? ''}`, store, n: Number(n) }
}

/** The store's name as part of a file name: letters and digits, and a dash for all between. */
function storeWord(name: string): string {
  const word = name.normalize('NFC').replace(/[^\p{L}\p{N}]+/gu, '-')
  const cut = cutTo(word, STORE_BYTES).replace(/^-+|-+$/g, '')
  return cut === '' ? 'store' : cut
}
