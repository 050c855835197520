import { z } from '@hono/zod-openapi'

/** A row of the library as everybody outside sees it. Further columns may be added. */
export const assetSchema = z
  .looseObject({
    id: z.uuid(),
    rev: z.int(),
    key: z.string().openapi({ description: 'Folder and name, `/`-separated.' }),
    folder: z.string(),
    name: z.string(),
    sha256: z.string().nullable(),
    size: z.int(),
    mime_type: z.string().nullable(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .openapi('Asset')

export const assetAddress = z.object({
  id: z.string().min(1).max(100).openapi({ description: 'The id of the asset.' }),
})
