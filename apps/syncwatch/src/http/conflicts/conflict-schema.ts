import { z } from '@hono/zod-openapi'
import { CONFLICT_RESOLUTIONS, CONFLICT_STATES } from '@syncwatch/core'

const sideSchema = z
  .object({
    key: z.string(),
    sha256: z.string().nullable(),
    size: z.int(),
    mime_type: z.string().nullable(),
    modified_at: z.string().nullable(),
    metadata: z.object({
      display_name: z.string().nullable(),
      description: z.string().nullable(),
      alt_text: z.string().nullable(),
      tags: z.array(z.string()),
      custom: z.record(z.string(), z.unknown()),
    }),
    version: z.string().nullable(),
    revision: z.int().nullable(),
  })
  .openapi('ConflictSide')

/** Both sides of an asset were changed. */
export const conflictSchema = z
  .object({
    id: z.uuid(),
    store_id: z.uuid().nullable(),
    store_name: z.string().nullable(),
    asset_id: z.uuid().nullable(),
    copy_asset_id: z.uuid().nullable().openapi({ description: 'The asset that the other side lives on as.' }),
    key: z.string(),
    rule: z.string(),
    outcome: z
      .enum(['held', 'keep-both', 'newer', 'library', 'store'])
      .openapi({ description: 'What was done when it was found; `held` is nothing.' }),
    state: z.enum(CONFLICT_STATES),
    library_side: sideSchema.nullable().openapi({ description: 'Null where it was deleted there.' }),
    store_side: sideSchema.nullable(),
    resolution: z.enum(CONFLICT_RESOLUTIONS).nullable(),
    resolved_by: z.string().nullable(),
    resolved_at: z.string().nullable(),
    applied_at: z.string().nullable().openapi({ description: 'Null while it waits for the next run of its store.' }),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .openapi('Conflict')

export const conflictAddress = z.object({
  id: z.string().min(1).max(100).openapi({ description: 'The id of the conflict.' }),
})

export const resolutionSchema = z.enum(CONFLICT_RESOLUTIONS).openapi({
  description: 'Whose content the asset is to have; `both` keeps two assets. The other side stays reachable.',
})
