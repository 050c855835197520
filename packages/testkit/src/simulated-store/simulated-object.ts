import { createHash } from 'node:crypto'
import type { AssetMetadata, StoreObject } from '@syncwatch/sync'

/** One object as it really is. Never changed in place: what a listing remembers stays what it was. */
export interface SimulatedObject {
  readonly key: string
  readonly id: string
  readonly version: string
  readonly content: string
  readonly sha256: string
  readonly modifiedAt: string
  readonly metadata: AssetMetadata
  readonly describedAt: string | null
  /** Null where it never had any. */
  readonly metadataVersion: string | null
}

export function asStoreObject(object: SimulatedObject, ids: 'stable' | 'hint' | 'none'): StoreObject {
  return {
    key: object.key,
    remoteId: ids === 'none' ? null : object.id,
    version: object.version,
    size: Buffer.byteLength(object.content),
    modifiedAt: object.modifiedAt,
    metadataVersion: object.metadataVersion,
  }
}

export function sha256Of(content: string): string {
  return createHash('sha256').update(content).digest('hex')
}
