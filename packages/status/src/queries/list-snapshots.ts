import type { SnapshotRow } from '../manager-port.ts'
import { SNAPSHOT_COLUMNS } from './insert-snapshot.ts'

export type ListedSnapshot = SnapshotRow & { page_time: string }

/** Newest first. $1 type or null, $2 and $3 the last row of the page before (time, id), $4 how many. */
export const listSnapshots = (schema: string) => `
  SELECT ${SNAPSHOT_COLUMNS}, created_at::text AS page_time FROM ${schema}.sync_status_snapshots
  WHERE ($1::text IS NULL OR snapshot_type = $1)
    AND ($2::timestamptz IS NULL OR (created_at, id) < ($2::timestamptz, $3::uuid))
  ORDER BY created_at DESC, id DESC LIMIT $4`
