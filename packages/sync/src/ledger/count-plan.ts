import { type Queryable, query } from '@syncwatch/database'
import type { PlanCounts } from '../plan/gate.ts'
import type { MatchScope } from './match-trees.ts'
import type { RunTables } from './run-tables.ts'

/** Numbers of a comparison, for gates and for who watches. */
export interface CountedPlan extends PlanCounts {
  readonly rows: number
  readonly seen: number
  readonly storeBytes: number
  readonly libraryBytes: number
  readonly inferredDeletes24h: number
  readonly libraryDeletes24h: number
}

/** Counts in the database what the plan came to, before anything is done. */
export async function countPlan(on: Queryable, tables: RunTables, where: MatchScope): Promise<CountedPlan> {
  const [plan] = await query<PlanNumbers>(on, planSql(tables))
  const [base] = await query<{ base: number; outOfScope: number }>(
    on,
    `SELECT count(*) FILTER (WHERE inside) AS base, count(*) FILTER (WHERE NOT inside) AS "outOfScope"
       FROM (SELECT cardinality($2::text[]) = 0 OR remote_key ^@ ANY ($2::text[]) AS inside
             FROM syncwatch.media_replicas WHERE store_id = $1 AND state = 'present') base`,
    [where.storeId, where.scope.prefixes],
  )
  const [deletes] = await query<{ inferredDeletes24h: number; libraryDeletes24h: number }>(
    on,
    `SELECT count(*) FILTER (WHERE tombstone_cause = 'store') AS "inferredDeletes24h",
              count(*) FILTER (WHERE tombstone_cause = 'library') AS "libraryDeletes24h"
       FROM syncwatch.media_replicas
       WHERE store_id = $1 AND state = 'tombstone' AND approved_by IS NULL
         AND tombstoned_at > now() - interval '24 hours'`,
    [where.storeId],
  )
  return { ...NOTHING, ...plan, ...base, ...deletes }
}

type PlanNumbers = Omit<CountedPlan, 'base' | 'outOfScope' | 'inferredDeletes24h' | 'libraryDeletes24h'>

const NOTHING: CountedPlan = {
  rows: 0,
  seen: 0,
  storeBytes: 0,
  libraryBytes: 0,
  base: 0,
  outOfScope: 0,
  absentInStore: 0,
  deletedInLibrary: 0,
  changedInStore: 0,
  changedInLibrary: 0,
  inferredDeletes24h: 0,
  libraryDeletes24h: 0,
}

function planSql(tables: RunTables): string {
  return `
    SELECT count(*) AS rows,
           count(*) FILTER (WHERE plan.key IS NOT NULL) AS seen,
           coalesce(sum(plan.size) FILTER (WHERE base.id IS NULL OR plan.version <> base.remote_version), 0)::bigint AS "storeBytes",
           coalesce(sum(asset.size) FILTER (WHERE asset.trashed_at IS NULL
             AND (base.id IS NULL OR asset.sha256 IS DISTINCT FROM base.content_sha256)), 0)::bigint AS "libraryBytes",
           count(*) FILTER (WHERE base.id IS NOT NULL AND plan.key IS NULL AND asset.trashed_at IS NULL) AS "absentInStore",
           count(*) FILTER (WHERE base.id IS NOT NULL AND plan.key IS NOT NULL AND asset.trashed_at IS NOT NULL
             AND asset.trash_approved_by IS NULL) AS "deletedInLibrary",
           count(*) FILTER (WHERE plan.version <> base.remote_version) AS "changedInStore",
           count(*) FILTER (WHERE base.id IS NOT NULL AND asset.trashed_at IS NULL
             AND asset.sha256 IS DISTINCT FROM base.content_sha256) AS "changedInLibrary"
    FROM ${tables.plan} plan
    LEFT JOIN syncwatch.media_replicas base ON base.id = plan.replica_id AND base.state = 'present'
    LEFT JOIN syncwatch.media_assets asset ON asset.id = plan.asset_id`
}
