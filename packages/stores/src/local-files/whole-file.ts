import { closeSync, futimesSync, openSync, readSync, writeSync } from 'node:fs'

/** Files up to this size are read into memory that is used again: new memory for each costs more than the reading. */
const SHARED_BYTES = 1024 * 1024

let shared = Buffer.alloc(0)

/** Reads `size` bytes of an open file, fewer where it has fewer. What it returns is good until the next call. */
export function readBytes(file: number, size: number): Buffer {
  const bytes = room(size)
  let position = 0
  while (position < size) {
    const count = readSync(file, bytes, position, size - position, position)
    if (count === 0) break
    position += count
  }
  return bytes.subarray(0, position)
}

/** Writes a file that is not there yet; `modifiedMs` is the time that it shows, null for now. */
export function writeBytes(path: string, bytes: Uint8Array, modifiedMs: number | null): void {
  const file = openSync(path, 'wx', 0o644)
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
    if (modifiedMs !== null) futimesSync(file, modifiedMs / 1000, modifiedMs / 1000)
  } finally {
    closeSync(file)
  }
}

function room(size: number): Buffer {
  if (size > SHARED_BYTES) return Buffer.allocUnsafe(size)
  if (shared.length < size) shared = Buffer.alloc(Math.min(SHARED_BYTES, Math.max(64 * 1024, 2 * size)))
  return shared.subarray(0, size)
}
