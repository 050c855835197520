import { z } from '@hono/zod-openapi'

/** A connected store, without credentials. */
export const storeSchema = z
  .object({
    id: z.uuid(),
    rev: z.int(),
    name: z.string(),
    kind: z.enum(['folder', 's3', 'cloudinary', 'webdav']),
    mode: z.enum(['two-way', 'pull', 'push']),
    content_mode: z.enum(['full', 'reference']),
    location: z.string(),
    state: z.enum(['idle', 'syncing', 'paused', 'unavailable']),
    asset_count: z.int(),
    total_bytes: z.int(),
    differ_count: z.int().nullable().openapi({ description: 'Null before the first complete comparison.' }),
    failed_count: z.int(),
    verified_at: z.string().nullable().openapi({ description: 'End of the last complete comparison.' }),
    converged_at: z
      .string()
      .nullable()
      .openapi({ description: 'End of the last complete run that left nothing different and nothing failed.' }),
    last_operation_id: z.uuid().nullable(),
    last_error: z.object({ code: z.string(), message: z.string() }).nullable(),
    schedule: z.string().nullable().openapi({ description: 'Five cron fields in UTC; null for by hand.' }),
    next_run_at: z.string().nullable(),
    conflict_policy: z.enum(['keep-both', 'newer', 'library', 'store', 'manual']),
    delete_limit: z
      .int()
      .nullable()
      .openapi({ description: 'Deletes within 24 hours before a person is asked; null: max(10, 10 %).' }),
    prefixes: z
      .array(z.string())
      .openapi({ description: 'The folders that are synced, each with a slash at its end; [] for everything.' }),
    sentinel: z
      .string()
      .nullable()
      .openapi({ description: 'A file that must be there before anything counts as deleted; null for none.' }),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .openapi('Store')
