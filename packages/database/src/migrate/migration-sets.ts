import { MEDIA_MIGRATIONS, STATUS_MIGRATIONS } from './embedded-migrations.ts'
import type { MigrationSet } from './migration.ts'

export const STATUS_SET: MigrationSet = { name: 'status', table: 'sync_migrations', migrations: STATUS_MIGRATIONS }
export const MEDIA_SET: MigrationSet = { name: 'media', table: 'media_migrations', migrations: MEDIA_MIGRATIONS }

/** The schema of the media set; never another. */
export const MEDIA_SCHEMA = 'syncwatch'
