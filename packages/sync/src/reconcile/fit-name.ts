/** Bytes of UTF-8 that a key, and one segment of it, may have everywhere. */
const KEY_BYTES = 1024
const SEGMENT_BYTES = 255
/** A longer extension is part of the name. */
const EXTENSION_BYTES = 32

export interface KeyParts {
  /** With its slash; empty at the top. */
  readonly folder: string
  readonly stem: string
  /** With its dot; empty where there is none. */
  readonly extension: string
}

export function splitKey(key: string): KeyParts {
  const slash = key.lastIndexOf('/') + 1
  const name = key.slice(slash)
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 && dot < name.length - 1 ? name.slice(dot) : ''
  const short = bytesOf(extension) <= EXTENSION_BYTES ? extension : ''
  return { folder: key.slice(0, slash), stem: name.slice(0, name.length - short.length), extension: short }
}

/** `folder/stem` with this ending, at most 1,024 bytes and 255 in a segment: the stem is cut, between characters. */
export function fitName(folder: string, stem: string, ending: string): string {
  const room = SEGMENT_BYTES - bytesOf(ending)
  // A folder so deep that nothing fits into it is left for the one above.
  let place = folder
  while (place !== '' && KEY_BYTES - bytesOf(place) - bytesOf(ending) < Math.min(bytesOf(stem), 16))
    place = parentOf(place)
  return `${place}${cutTo(stem, Math.min(room, KEY_BYTES - bytesOf(place) - bytesOf(ending)))}${ending}`
}

/** The start of a text, of at most so many bytes. */
export function cutTo(text: string, bytes: number): string {
  let [length, size] = [0, 0]
  for (const character of text) {
    size += bytesOf(character)
    if (size > bytes) return text.slice(0, length)
    length += character.length
  }
  return text
}

/** `a/b/` is in `a/`. */
function parentOf(folder: string): string {
  return folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1)
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text)
}
