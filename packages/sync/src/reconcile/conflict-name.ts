/** Bytes of UTF-8 that a key, and one segment of it, may have everywhere. */
const KEY_BYTES = 1024
const SEGMENT_BYTES = 255
/** A longer ending is part of the name. */
const EXTENSION_BYTES = 32
const STORE_BYTES = 48

/** What a conflict name tells: the key that it was made of (cut where it was too long), the store and the number. */
export interface ConflictNameParts {
  readonly key: string
  readonly store: string
  readonly n: number
}

/**
 * The name of a conflict copy: `folder/name.conflict-<store>-<n>.ext`, at most 1,024 bytes and 255 in a segment, cut between characters.
 * One that is a conflict name already is not made longer: it gets this store and number. `n` is 1 or more, and the caller's to raise
 * until the name is free on both sides.
 */
export function conflictName(key: string, storeName: string, n: number): string {
  const { folder, stem, extension } = splitKey(parseConflictName(key)?.key ?? key)
  const ending = `.conflict-${storeWord(storeName)}-${n}${extension}`
  const room = SEGMENT_BYTES - bytesOf(ending)
  // A folder so deep that nothing fits into it is left for the one above.
  let place = folder
  while (place !== '' && KEY_BYTES - bytesOf(place) - bytesOf(ending) < Math.min(bytesOf(stem), 16))
    place = parentOf(place)
  return `${place}${cutTo(stem, Math.min(room, KEY_BYTES - bytesOf(place) - bytesOf(ending)))}${ending}`
}

/** Reads a name that `conflictName` made; null for every other. */
export function parseConflictName(key: string): ConflictNameParts | null {
  const found = /^(?<start>.*)\.conflict-(?<store>[^./]+)-(?<n>[1-9]\d{0,8})(?<extension>\.[^./]+)?$/su.exec(key)
  const { start, store, n, extension } = found?.groups ?? {}
  if (start === undefined || store === undefined || n === undefined || start === '' || start.endsWith('/')) return null
  return { key: `${start}${extension ?? ''}`, store, n: Number(n) }
}

function splitKey(key: string): { folder: string; stem: string; extension: string } {
  const slash = key.lastIndexOf('/') + 1
  const name = key.slice(slash)
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 && dot < name.length - 1 ? name.slice(dot) : ''
  const short = bytesOf(extension) <= EXTENSION_BYTES ? extension : ''
  return { folder: key.slice(0, slash), stem: name.slice(0, name.length - short.length), extension: short }
}

/** `a/b/` is in `a/`. */
function parentOf(folder: string): string {
  return folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1)
}

/** The store's name as part of a file name: letters and digits, and a dash for all between. */
function storeWord(name: string): string {
  const word = name.normalize('NFC').replace(/[^\p{L}\p{N}]+/gu, '-')
  const cut = cutTo(word, STORE_BYTES).replace(/^-+|-+$/g, '')
  return cut === '' ? 'store' : cut
}

function cutTo(text: string, bytes: number): string {
  let [length, size] = [0, 0]
  for (const character of text) {
    size += bytesOf(character)
    if (size > bytes) return text.slice(0, length)
    length += character.length
  }
  return text
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text)
}
