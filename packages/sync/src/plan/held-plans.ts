import { createHash } from 'node:crypto'
import { isUuid, type OperationId, type StoreId, SyncwatchError } from '@syncwatch/core'
import { type Queryable, query } from '@syncwatch/database'
import type { PoolClient } from 'pg'
import type { RuleId, Settlement } from '../reconcile/settlement.ts'
import type { ClosedGate } from './gate.ts'

/** Something that a gate held back, and the evidence that an approval of it holds for. */
export interface HeldRow {
  readonly key: string
  readonly assetId: string | null
  readonly rule: RuleId
  readonly settlement: Extract<Settlement, { kind: 'settle' }>
  /** Null where there was no base. */
  readonly baseVersion: string | null
  /** Null where the store did not have it. */
  readonly storeVersion: string | null
  /** Null where the library had no asset. */
  readonly libraryRevision: number | null
  /** Bytes; null where nobody knows. */
  readonly size: number | null
}

export type HeldPlanState = 'pending' | 'approved' | 'dropped' | 'expired' | 'done'

/** What gates held back of a run. Times are ISO. */
export interface HeldPlan {
  readonly id: string
  readonly store_id: StoreId
  readonly operation_id: OperationId | null
  readonly state: HeldPlanState
  readonly gates: readonly ClosedGate[]
  /** How many rows there are of each rule, and `rows` in all. */
  readonly counts: Readonly<Record<string, number>>
  readonly created_at: string
  readonly expires_at: string
  readonly decided_at: string | null
  readonly decided_by: string | null
}

/** How long a held plan may be approved, and an approval waits for its run. */
export const HELD_PLAN_HOURS = 7 * 24

const COLUMNS = `id, store_id, operation_id, state, gates, counts, created_at, expires_at, decided_at, decided_by`

export interface HoldPlan {
  readonly storeId: StoreId
  readonly operationId: OperationId | null
  readonly gates: readonly ClosedGate[]
  /** The table that `addHeldRows` fills: what is held back may be all that a store has. */
  readonly table: string
}

/** Makes the table for what a run holds back. */
export async function makeHeldTable(on: Queryable, table: string): Promise<void> {
  await query(
    on,
    `CREATE UNLOGGED TABLE IF NOT EXISTS ${table} (
       seq bigint GENERATED ALWAYS AS IDENTITY, key text, asset_id uuid, rule text, settlement jsonb, base_version text,
       store_version text, library_revision bigint, size bigint, evidence text COLLATE "C")`,
  )
}

/** Adds to what a run holds back. */
export async function addHeldRows(on: Queryable, table: string, rows: readonly HeldRow[]): Promise<void> {
  if (rows.length === 0) return
  const given = rows.map((row) => ({
    key: row.key,
    asset_id: row.assetId,
    rule: row.rule,
    settlement: row.settlement,
    base_version: row.baseVersion,
    store_version: row.storeVersion,
    library_revision: row.libraryRevision,
    size: row.size,
    evidence: evidenceOf(row),
  }))
  const columns = 'key, asset_id, rule, settlement, base_version, store_version, library_revision, size, evidence'
  await query(
    on,
    `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM json_to_recordset($1::json) AS given
       (key text, asset_id uuid, rule text, settlement jsonb, base_version text, store_version text, library_revision bigint,
        size bigint, evidence text)`,
    [JSON.stringify(given)],
  )
}

/**
 * Keeps what a run held back, in the caller's transaction. The same rows with the same evidence again are the plan that is there: one
 * that waits goes on waiting, one that was dropped stays dropped. Others take the place of the plan before, whose
 * approval was acted on by this run as far as it holds.
 */
export async function holdPlan(client: PoolClient, plan: HoldPlan): Promise<HeldPlan> {
  await query(client, `SELECT pg_advisory_xact_lock(hashtextextended('held plan ' || $1::text, 0))`, [plan.storeId])
  const { fingerprint, counts } = await sumUp(client, plan.table)
  const [same] = await query<HeldPlan & Record<string, unknown>>(
    client,
    `UPDATE syncwatch.held_plans SET operation_id = $3, gates = $4
     WHERE id = (SELECT id FROM syncwatch.held_plans
                 WHERE store_id = $1 AND fingerprint = $2 AND state IN ('pending', 'dropped') AND expires_at > now()
                 ORDER BY created_at DESC LIMIT 1)
     RETURNING ${COLUMNS}`,
    [plan.storeId, fingerprint, plan.operationId, JSON.stringify(plan.gates)],
  )
  if (same !== undefined) return same
  await query(
    client,
    `UPDATE syncwatch.held_plans SET state = CASE WHEN state = 'approved' THEN 'done' ELSE 'expired' END
     WHERE store_id = $1 AND state IN ('pending', 'approved')`,
    [plan.storeId],
  )
  const [made] = await query<HeldPlan & Record<string, unknown>>(
    client,
    `INSERT INTO syncwatch.held_plans (store_id, operation_id, gates, counts, fingerprint, expires_at)
     VALUES ($1, $2, $3, $4, $5, now() + $6 * interval '1 hour') RETURNING ${COLUMNS}`,
    [plan.storeId, plan.operationId, JSON.stringify(plan.gates), JSON.stringify(counts), fingerprint, HELD_PLAN_HOURS],
  )
  await query(
    client,
    `INSERT INTO syncwatch.held_plan_rows
       (plan_id, seq, key, asset_id, rule, settlement, base_version, store_version, library_revision, size)
     SELECT $1, row_number() OVER (ORDER BY seq) - 1, key, asset_id, rule, settlement, base_version, store_version,
            library_revision, size FROM ${plan.table}`,
    [(made as HeldPlan).id],
  )
  return made as HeldPlan
}

/** What tells one plan from another, and how many rows there are of each rule. */
async function sumUp(
  client: PoolClient,
  table: string,
): Promise<{ fingerprint: string; counts: Record<string, number> }> {
  const [all] = await query<{ fingerprint: string }>(
    client,
    `SELECT encode(sha256(convert_to(coalesce(string_agg(evidence, '' ORDER BY evidence), ''), 'UTF8')), 'hex') AS fingerprint
     FROM ${table}`,
  )
  const rules = await query<{ rule: string; count: number }>(
    client,
    `SELECT rule, count(*) AS count FROM ${table} GROUP BY rule ORDER BY rule`,
  )
  const counts: Record<string, number> = { rows: rules.reduce((sum, { count }) => sum + count, 0) }
  for (const { rule, count } of rules) counts[rule] = count
  return { fingerprint: all?.fingerprint ?? '', counts }
}

/** The plan of a store that waits for a decision, or was approved and waits for its run. Null when there is none. */
export async function openPlan(on: Queryable, storeId: StoreId): Promise<HeldPlan | null> {
  const [row] = await query<HeldPlan & Record<string, unknown>>(
    on,
    `SELECT ${COLUMNS} FROM syncwatch.held_plans
     WHERE store_id = $1 AND state IN ('pending', 'approved') AND expires_at > now()`,
    [storeId],
  )
  return row ?? null
}

/** Every plan that waits for a decision, or was approved and waits for its run, the longest waiting first. */
export async function openPlans(on: Queryable): Promise<HeldPlan[]> {
  return query<HeldPlan & Record<string, unknown>>(
    on,
    `SELECT ${COLUMNS} FROM syncwatch.held_plans
     WHERE state IN ('pending', 'approved') AND expires_at > now() ORDER BY created_at, id`,
  )
}

/** A page of a plan's rows, in their order. `after` is the last `seq` that was seen, -1 for the beginning. */
export async function heldRows(
  on: Queryable,
  planId: string,
  after: number,
  limit: number,
): Promise<(HeldRow & { seq: number })[]> {
  const rows = await query<Record<string, unknown> & HeldRow & { seq: number }>(
    on,
    `SELECT seq, key, asset_id AS "assetId", rule, settlement, base_version AS "baseVersion",
            store_version AS "storeVersion", library_revision AS "libraryRevision", size
     FROM syncwatch.held_plan_rows WHERE plan_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
    [planId, after, limit],
  )
  return rows
}

/**
 * The approval that a run may act on: whether exactly this row, with exactly this evidence, was approved, and by whom. Null without
 * an approval of the store.
 */
export interface Approval {
  readonly planId: string
  readonly approvedBy: string
  covers(row: HeldRow): boolean
}

/** Reads what was approved for a store. In memory: one digest a row. */
export async function readApproval(on: Queryable, storeId: StoreId): Promise<Approval | null> {
  const plan = await openPlan(on, storeId)
  if (plan === null || plan.state !== 'approved') return null
  const digests = new Set<string>()
  for (let after = -1; ; ) {
    const page = await heldRows(on, plan.id, after, 5_000)
    for (const row of page) digests.add(evidenceOf(row))
    const last = page.at(-1)
    if (last === undefined) break
    after = last.seq
  }
  return {
    planId: plan.id,
    approvedBy: plan.decided_by ?? '',
    covers: (row) => digests.has(evidenceOf(row)),
  }
}

/** Says that a run has acted on an approval: it holds for nothing any more. */
export async function finishPlan(on: Queryable, planId: string): Promise<void> {
  await query(on, `UPDATE syncwatch.held_plans SET state = 'done' WHERE id = $1 AND state = 'approved'`, [planId])
}

/**
 * Approves or drops the plan of a store that waits for it. `rows` is how many the person was shown. Rejects `plan_not_found` where
 * it is not the plan that waits, `plan_changed` where it has another number of rows.
 */
export async function decidePlan(
  on: Queryable,
  decision: { storeId: StoreId; planId: string; approve: boolean; by: string; rows: number | null },
): Promise<HeldPlan> {
  const plan = await openPlan(on, decision.storeId)
  if (plan === null || plan.id !== decision.planId || !isUuid(decision.planId))
    throw new SyncwatchError(
      'plan_not_found',
      'This plan is not waiting for a decision any more. Look at the plan of the store again.',
    )
  if (decision.rows !== null && decision.rows !== plan.counts.rows)
    throw new SyncwatchError(
      'plan_changed',
      `The plan has ${plan.counts.rows} rows and not ${decision.rows}. Look at it again.`,
    )
  const [row] = await query<HeldPlan & Record<string, unknown>>(
    on,
    `UPDATE syncwatch.held_plans SET state = $2, decided_at = now(), decided_by = $3
     WHERE id = $1 AND (state = 'pending' OR ($2 = 'dropped' AND state = 'approved')) RETURNING ${COLUMNS}`,
    [plan.id, decision.approve ? 'approved' : 'dropped', decision.by],
  )
  if (row === undefined)
    throw new SyncwatchError('plan_not_found', 'This plan was decided already. Look at the plan of the store again.')
  return row
}

/** Everything that the person saw of a row; what differs in any of it was not approved. */
function evidenceOf(row: HeldRow): string {
  const parts = [
    row.key,
    row.assetId,
    row.rule,
    row.baseVersion,
    row.storeVersion,
    row.libraryRevision,
    row.settlement.library.kind,
    row.settlement.store.kind,
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64')
}
