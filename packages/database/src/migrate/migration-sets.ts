import { MEDIA_MIGRATIONS, STATUS_MIGRATIONS, WEBHOOKS_MIGRATIONS } from './embedded-migrations.ts'
import type { MigrationSet } from './migration.ts'

export const STATUS_SET: MigrationSet = { name: 'status', table: 'sync_migrations', migrations: STATUS_MIGRATIONS }
export const MEDIA_SET: MigrationSet = { name: 'media', table: 'media_migrations', migrations: MEDIA_MIGRATIONS }

/** Stands in the schema of the status set, and needs both others. */
export const WEBHOOKS_SET: MigrationSet = {
  name: 'webhooks',
  table: 'sync_webhook_migrations',
  migrations: WEBHOOKS_MIGRATIONS,
}

/** The schema of the media set; never another. */
export const MEDIA_SCHEMA = 'syncwatch'
