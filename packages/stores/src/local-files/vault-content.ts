import { mkdirSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { DiskWork } from './disk-syncs.ts'
import { lookAt, removeQuietly, systemCode } from './system-call.ts'
import { writeBytes } from './whole-file.ts'

/** Where a vault in a folder keeps content: `content/ab/<sha256>`. */
export function contentPath(vault: string, sha256: string): string {
  return join(vault, 'content', sha256.slice(0, 2), sha256)
}

export interface VaultWrite {
  /** The vault's root. */
  readonly vault: string
  readonly sha256: string
  readonly temporaryName: string
  readonly durable: boolean
}

/**
 * Puts bytes into a vault under their hash. What is there whole already stays. Written in the folder that it is for: threads that make
 * files in one folder wait for each other, and file systems put files that are made there far from where they are to be.
 */
export function* putBytes(bytes: Uint8Array, { vault, sha256, temporaryName, durable }: VaultWrite): DiskWork<void> {
  const path = contentPath(vault, sha256)
  if (Number(lookAt(path)?.size ?? -1) === bytes.length) return
  const temporary = join(dirname(path), temporaryName)
  try {
    writeInto(temporary, bytes)
    if (durable) yield { kind: 'file', path: temporary }
    renameSync(temporary, path)
    if (durable) yield { kind: 'folder', path: dirname(path), top: vault }
  } catch (error) {
    removeQuietly(temporary)
    throw error
  }
}

/** Nearly every folder is there already, so it is made only when it turns out to be missing. */
function writeInto(temporary: string, bytes: Uint8Array): void {
  try {
    writeBytes(temporary, bytes, null)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
    mkdirSync(dirname(temporary), { recursive: true })
    writeBytes(temporary, bytes, null)
  }
}
