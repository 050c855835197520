import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { lookAt, removeQuietly, syncFolder, systemCode } from './system-call.ts'

/** Where a vault in a folder keeps content: `content/ab/<sha256>`. */
export function contentPath(vault: string, sha256: string): string {
  return join(vault, 'content', sha256.slice(0, 2), sha256)
}

/** Where a vault in a folder writes before it publishes. */
export function temporaryPathIn(vault: string, name: string): string {
  return join(vault, 'tmp', name)
}

export interface VaultWrite {
  /** The vault's root. */
  readonly vault: string
  readonly sha256: string
  readonly temporaryName: string
  readonly durable: boolean
}

/** Puts bytes into a vault under their hash. What is there whole already stays. */
export function putBytes(bytes: Uint8Array, { vault, sha256, temporaryName, durable }: VaultWrite): void {
  const path = contentPath(vault, sha256)
  if (Number(lookAt(path)?.size ?? -1) === bytes.length) return
  const temporary = temporaryPathIn(vault, temporaryName)
  try {
    writeFile(temporary, bytes, durable)
    renameInto(temporary, path, durable)
  } catch (error) {
    removeQuietly(temporary)
    throw error
  }
}

function writeFile(path: string, bytes: Uint8Array, durable: boolean): void {
  const file = openSync(path, 'wx', 0o644)
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
    if (durable) fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Nearly every folder is there already, so it is made only when it turns out to be missing. */
function renameInto(temporary: string, path: string, durable: boolean): void {
  try {
    renameSync(temporary, path)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
    mkdirSync(dirname(path), { recursive: true })
    renameSync(temporary, path)
    // A new folder's own name stands in its parent, which must reach the disk as well.
    if (durable) syncFolder(dirname(dirname(path)))
  }
  if (durable) syncFolder(dirname(path))
}
