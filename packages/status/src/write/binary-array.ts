/**
 * Arrays in the binary form of Postgres (dimensions, flag for nulls, element type, length, lower bound; then each element
 * behind its length, -1 for null). `pg` sends a Buffer as binary, and to read it costs the server a quarter less of the
 * whole statement than text did.
 */
export function uuidArray(values: readonly string[]): Buffer {
  return binaryArray(UUID, values, writeUuid)
}

/** Whole numbers from 0 to 2^53 - 1. An array of nothing but nulls is sent as an empty one. */
export function bigintArray(values: readonly (number | null)[]): Buffer {
  return binaryArray(BIGINT, values, writeBigint)
}

interface ElementType {
  readonly oid: number
  readonly bytes: number
}

const UUID: ElementType = { oid: 2950, bytes: 16 }
const BIGINT: ElementType = { oid: 20, bytes: 8 }
const HEAD = 20
const LENGTH = 4

function binaryArray<Value>(
  type: ElementType,
  values: readonly (Value | null)[],
  write: (into: Buffer, at: number, value: Value) => void,
): Buffer {
  const present = countPresent(values)
  if (present === 0) return emptyArray(type)
  const into = Buffer.allocUnsafe(HEAD + values.length * LENGTH + present * type.bytes)
  into.writeInt32BE(1, 0)
  into.writeInt32BE(present < values.length ? 1 : 0, 4)
  into.writeInt32BE(type.oid, 8)
  into.writeInt32BE(values.length, 12)
  into.writeInt32BE(1, 16)
  let at = HEAD
  for (const value of values) {
    into.writeInt32BE(value === null ? -1 : type.bytes, at)
    at += LENGTH
    if (value === null) continue
    write(into, at, value)
    at += type.bytes
  }
  return into
}

function emptyArray({ oid }: ElementType): Buffer {
  const into = Buffer.alloc(12)
  into.writeInt32BE(oid, 8)
  return into
}

function countPresent(values: readonly unknown[]): number {
  let present = 0
  for (const value of values) if (value !== null) present += 1
  return present
}

function writeBigint(into: Buffer, at: number, value: number): void {
  into.writeInt32BE(Math.floor(value / 2 ** 32), at)
  into.writeUInt32BE(value % 2 ** 32, at + 4)
}

const DASH = 45

/** By hand: taking the dashes out first costs four times as much. */
function writeUuid(into: Buffer, at: number, uuid: string): void {
  let place = at
  for (let index = 0; index < uuid.length; index += 1) {
    const code = uuid.charCodeAt(index)
    if (code === DASH) continue
    index += 1
    into[place] = (digit(code) << 4) | digit(uuid.charCodeAt(index))
    place += 1
  }
}

/** Of `0-9`, `a-f` or `A-F`. */
function digit(code: number): number {
  return (code & 15) + (code >= 64 ? 9 : 0)
}
