import { z } from '@hono/zod-openapi'

export const SYNC_STATES = ['in_sync', 'differs', 'not_verified'] as const

/** A row of the library as everybody outside sees it. */
export const assetSchema = z
  .object({
    id: z.uuid(),
    rev: z.int(),
    revision: z
      .int()
      .openapi({ description: 'What a change is conditional on; raised by each change a person would notice.' }),
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

/** Everything that is known of one asset. */
export const assetDetailSchema = assetSchema
  .extend({
    custom: z.record(z.string(), z.unknown()),
    metadata_modified_at: z.string().nullable(),
    trashed_at: z.string().nullable().openapi({ description: 'Null for a live asset.' }),
    trashed_by: z.string().nullable(),
    trash_reason: z.string().nullable(),
    usage_count: z.int().openapi({ description: 'Uses that the app recorded.' }),
  })
  .openapi('AssetDetail')

/** Content that an asset had before. */
export const versionSchema = z
  .object({
    id: z.uuid(),
    asset_id: z.uuid(),
    key: z.string(),
    sha256: z.string(),
    size: z.int(),
    mime_type: z.string().nullable(),
    content_modified_at: z.string().nullable(),
    reason: z.string(),
    replaced_by: z.string().nullable(),
    replaced_at: z.string(),
  })
  .openapi('AssetVersion')

/** A place where the app uses an asset. */
export const usageRowSchema = z
  .object({ used_in: z.string(), reference: z.string(), created_at: z.string() })
  .openapi('AssetUsage')

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
