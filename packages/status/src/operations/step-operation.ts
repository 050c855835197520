import type { OperationId, OperationRow } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import type { ClientBase } from 'pg'
import { type LockedOperation, lockOperation, type OperationLock } from '../queries/lock-operation.ts'
import { type Changed, type StoredOperation, toChanged } from '../queries/operation-columns.ts'
import { writeOperation } from '../queries/write-operation.ts'
import type { StatusContext } from '../status-context.ts'
import { operationNotFound } from './operation-lookup.ts'

/** Decides the next state of a row that is locked. Null leaves it as it is; throwing rolls back. `now`: the database's, ISO. */
export type Decide = (row: OperationRow, now: string) => OperationRow | null

/** How long a step waits for a row that a foreign transaction holds, before `database_busy`. */
export const STEP_LOCK_TIMEOUT_MS = 3000

/** Locks one operation, decides, and writes: the way of everything but progress. Resolves when committed. */
export async function stepOperation(
  context: StatusContext,
  id: OperationId,
  decide: Decide,
  lock: OperationLock = 'NO KEY UPDATE',
): Promise<OperationRow> {
  const { row, step } = await context.database.transaction((client) => stepWithin(context, client, id, decide, lock), {
    lockTimeoutMs: STEP_LOCK_TIMEOUT_MS,
  })
  if (step === null) context.memory.learn([row])
  else context.memory.committed([step])
  return row
}

/** The same within a transaction that is open. The caller tells `memory` after its commit. */
export async function stepWithin(
  context: StatusContext,
  client: ClientBase,
  id: OperationId,
  decide: Decide,
  lock: OperationLock,
): Promise<{ row: OperationRow; step: Changed<OperationRow> | null }> {
  const { schema } = context.database
  const [stored] = await query<LockedOperation & Record<string, unknown>>(client, lockOperation(schema, lock), [id])
  if (stored === undefined) throw operationNotFound(id)
  const { database_now, ...rest } = stored
  const { row } = toChanged<OperationRow>(rest as StoredOperation)
  const next = decide(row, database_now)
  if (next === null) return { row, step: null }
  const [written] = await query<StoredOperation & Record<string, unknown>>(client, writeOperation(schema), [
    id,
    JSON.stringify(next),
  ])
  if (written === undefined) throw operationNotFound(id)
  const step = toChanged<OperationRow>(written)
  return { row: step.row, step }
}
