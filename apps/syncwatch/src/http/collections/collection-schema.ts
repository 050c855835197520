import { z } from '@hono/zod-openapi'
import { revisionField } from '../revision/expected-revision.ts'

/** A named list of assets. */
export const collectionSchema = z
  .object({
    id: z.uuid(),
    revision: z.int(),
    name: z.string(),
    description: z.string().nullable(),
    asset_count: z.int(),
    created_by: z.string().nullable(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .openapi('Collection')

export const collectionAddress = z.object({
  id: z.string().min(1).max(100).openapi({ description: 'The id of the collection.' }),
})

/** Which assets a change of a collection is about. */
export const membersSchema = z
  .strictObject({ asset_ids: z.array(z.uuid()).max(10_000), revision: revisionField })
  .openapi('CollectionMembers')
