import { isUuid, SyncwatchError } from '@syncwatch/core'

/** The place of an asset in the list: newest first, the id decides between equals. */
export interface AssetPlace {
  readonly createdAt: string
  readonly id: string
}

export function encodeAssetCursor(place: AssetPlace): string {
  return Buffer.from(`${place.createdAt} ${place.id}`).toString('base64url')
}

/** Rejects `invalid_cursor` for anything that `encodeAssetCursor` did not make. */
export function decodeAssetCursor(cursor: string): AssetPlace {
  const [createdAt = '', id = ''] = Buffer.from(cursor, 'base64url').toString().split(' ')
  if (!isUuid(id) || Number.isNaN(Date.parse(createdAt)))
    throw new SyncwatchError('invalid_cursor', 'The cursor is not one that this list gave out.')
  return { createdAt, id }
}
