import type { AssetRow } from '@syncwatch/core'

/** Why there is no picture of an asset; undefined where there is one. */
export const PICTURE_WORDS: Record<AssetRow['thumbnail'], string | undefined> = {
  none: 'No picture of this type',
  pending: 'The picture is being made',
  failed: 'It is damaged or incomplete: no picture could be read from it',
  done: undefined,
}
