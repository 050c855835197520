import { z } from '@hono/zod-openapi'

const SYNC_STATES = ['in_sync', 'differs', 'not_verified'] as const

/** A row of the library as everybody outside sees it. */
export const assetSchema = z
  .object({
    id: z.uuid(),
    rev: z.int(),
    key: z.string().openapi({ description: 'Folder and name, `/`-separated, exactly as it was spelled.' }),
    folder: z.string(),
    name: z.string(),
    size: z.int(),
    mime_type: z.string().nullable(),
    sha256: z.string().nullable(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    display_name: z.string().nullable(),
    description: z.string().nullable(),
    alt_text: z.string().nullable(),
    tags: z.array(z.string()),
    content_modified_at: z.string().nullable(),
    thumbnail: z.enum(['none', 'pending', 'done', 'failed']),
    sync_state: z.enum(SYNC_STATES),
    verified_at: z.string().nullable(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .openapi('Asset')

/** What a store has of an asset. */
export const replicaSchema = z
  .object({
    store_id: z.uuid(),
    store_name: z.string(),
    remote_key: z.string(),
    remote_version: z.string(),
    remote_size: z.int(),
    remote_modified_at: z.string().nullable(),
    sync_state: z.enum(SYNC_STATES),
    verified_at: z.string().nullable(),
    error_code: z.string().nullable(),
  })
  .openapi('Replica')

export const assetAddress = z.object({
  id: z.string().min(1).max(100).openapi({ description: 'The id of the asset.' }),
})
