import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type AssetMetadata, NO_METADATA } from '@syncwatch/sync'
import { fileVersion } from '../local-files/file-version.ts'
import { Refusal } from '../local-files/refusal.ts'
import { systemCode } from '../local-files/system-call.ts'
import { sidecarOf } from './sidecar-name.ts'
import { XmpDocument } from './xmp-document.ts'

/** No packet of metadata is larger; what is, was not written by a photo program. */
const MAX_BYTES = 4 * 1024 * 1024

/** A sidecar as it was read; `version` is null where there is none. */
export interface SidecarFile {
  readonly version: string | null
  /** ISO time of its last change. */
  readonly modifiedAt?: string
  readonly text: string | null
}

export async function readSidecar(root: string, key: string): Promise<SidecarFile> {
  const path = join(root, sidecarOf(key))
  try {
    const stats = await stat(path, { bigint: true })
    if (!stats.isFile()) return { version: null, text: null }
    if (stats.size > MAX_BYTES)
      throw new Refusal('item_unreadable', 'has a sidecar of over 4 MiB; it was left as it is')
    return { version: fileVersion(stats), modifiedAt: stats.mtime.toISOString(), text: decode(await readFile(path)) }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return { version: null, text: null }
    throw error
  }
}

export function metadataOf({ text }: SidecarFile): AssetMetadata {
  return text === null ? NO_METADATA : XmpDocument.parse(text).metadata()
}

/**
 * The sidecar with this metadata, everything else in it kept: as it was where it says the same, null where nothing
 * is left that needs a file.
 */
export function sidecarText({ text }: SidecarFile, metadata: AssetMetadata): string | null {
  const document = text === null ? XmpDocument.empty() : XmpDocument.parse(text)
  if (!document.set(metadata)) return text
  return document.isEmpty() ? null : document.toString()
}

export async function writeText(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: 'wx', mode: 0o644 })
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Refusal('item_unreadable', 'has a sidecar that is not UTF-8; it was left as it is')
  }
}
