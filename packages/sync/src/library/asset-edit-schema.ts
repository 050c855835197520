import { jsonRecord, optionalText } from '@syncwatch/core'
import { z } from 'zod'

const tag = optionalText(255).trim().min(1, 'must not be empty')

/** What a person says about an asset. A field that is left out stays; null takes it away. */
const metadataFields = {
  display_name: optionalText(500).nullable().optional(),
  description: optionalText(10_000).nullable().optional(),
  alt_text: optionalText(2_000).nullable().optional(),
  /** A set: kept sorted, without doubles. */
  tags: z.array(tag).max(500).optional(),
  /** Replaces all custom fields. */
  custom: jsonRecord().optional(),
}

/** An edit of an asset: rename and move by `key`, or by `folder` and `name` one at a time, and metadata. */
export const assetEditSchema = z
  .strictObject({
    /** Folder and name, `/`-separated. */
    key: optionalText(1024).optional(),
    /** '' is the root. */
    folder: optionalText(1024).optional(),
    name: optionalText(255).optional(),
    ...metadataFields,
  })
  .refine((edit) => edit.key === undefined || (edit.folder === undefined && edit.name === undefined), {
    path: ['key'],
    message: 'stands for folder and name, so give either',
  })
export type AssetEdit = z.infer<typeof assetEditSchema>
