import type { BigIntStats } from 'node:fs'
import type { StoreObject } from '@syncwatch/sync'

/** The cheap evidence of content: size, mtime in nanoseconds and inode. A rename changes none of them. */
export function fileVersion(stats: BigIntStats): string {
  return `${stats.size}-${stats.mtimeNs.toString(36)}-${stats.ino.toString(36)}`
}

/** A file's stat, and that of its sidecar where it has one, as the object that the engine knows. */
export function storeObject(key: string, stats: BigIntStats, sidecar: BigIntStats | null): StoreObject {
  return {
    key,
    remoteId: `${stats.dev}:${stats.ino}`,
    version: fileVersion(stats),
    size: Number(stats.size),
    modifiedAt: isoTime(stats.mtimeMs),
    metadataVersion: sidecar === null ? null : fileVersion(sidecar),
  }
}

/** Some file systems hand out times that no calendar has; such a time is not known. */
function isoTime(milliseconds: bigint): string | null {
  const date = new Date(Number(milliseconds))
  const year = date.getUTCFullYear()
  return Number.isNaN(year) || year < 1 || year > 9999 ? null : date.toISOString()
}
