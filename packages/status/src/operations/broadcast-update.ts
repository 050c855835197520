import {
  applyProgress,
  isEnded,
  isUuid,
  type OperationId,
  type OperationRow,
  parseInput,
  type SyncStatusUpdate,
  syncStatusUpdateSchema,
  transition,
} from '@syncwatch/core'
import { query } from '@syncwatch/database'
import { insertOperations, type NewOperation } from '../queries/insert-operations.ts'
import type { StoredOperation } from '../queries/operation-columns.ts'
import { readOperations } from '../queries/read-operations.ts'
import type { StatusContext } from '../status-context.ts'
import { mergeProgress } from '../write/merge-progress.ts'
import { finalMetrics } from './final-metrics.ts'
import { STEP_LOCK_TIMEOUT_MS, stepWithin } from './step-operation.ts'

/**
 * Brings one operation, named by id or key, to what the announcement says, and creates it where it does not exist. Resolves
 * when committed. Announcing an end twice changes nothing; leaving one is `illegal_transition`.
 */
export async function broadcastUpdate(context: StatusContext, input: SyncStatusUpdate): Promise<void> {
  const update = parseInput(syncStatusUpdateSchema, input) as SyncStatusUpdate
  const name = isUuid(update.operation_id) ? update.operation_id.toLowerCase() : update.operation_id
  const { schema } = context.database
  const step = await context.database.transaction(
    async (client) => {
      const values = isUuid(name) ? [[name], []] : [[], [name]]
      const find = () => query<StoredOperation & Record<string, unknown>>(client, readOperations(schema), values)
      let [found] = await find()
      if (found === undefined) {
        await query(client, insertOperations(schema), [JSON.stringify([announced(context, name, update)])])
        // Somebody else may have created it meanwhile, under an id of its own.
        ;[found] = await find()
      }
      const id = found?.id ?? (name as OperationId)
      return stepWithin(context, client, id, (row, now) => follow(context, row, update, now), 'NO KEY UPDATE')
    },
    { lockTimeoutMs: STEP_LOCK_TIMEOUT_MS },
  )
  if (step.step === null) context.memory.learn([step.row])
  else context.memory.committed([step.step])
  if (!isEnded(step.row.status)) return
  context.buffer.absorb(step.row.id)
  context.figures.forget(step.row.id)
}

function announced(context: StatusContext, name: string, update: SyncStatusUpdate): NewOperation {
  return {
    id: isUuid(name) ? name : context.random.uuid(),
    operation_key: isUuid(name) ? null : name,
    operation_type: update.operation_type,
    status: 'pending',
    progress: null,
    total_items: null,
    total_bytes: null,
    triggered_by: null,
    source: 'api',
    store_id: null,
    operation_data: {},
    retry_of: null,
    message: update.message ?? null,
  }
}

function follow(context: StatusContext, row: OperationRow, update: SyncStatusUpdate, now: string): OperationRow | null {
  const { status } = update
  if (isEnded(row.status) && row.status === status) return null
  const metrics = { ...row.performance_metrics, ...update.performance_data }
  const message = update.message ?? row.message
  if (status === 'pending' && row.status === 'pending') return { ...row, message, performance_metrics: metrics }
  const latest = context.buffer.latest(row.id)
  const current = latest === undefined ? row : { ...row, ...mergeProgress(row, latest.values) }
  // An announcement that it waits, of something that has begun, can only be an old one.
  if (!isEnded(status)) {
    const command = status === 'pending' ? 'start' : 'progress'
    transition({ status: row.status, held: false }, command)
    const patch = { progress: update.progress, ...(update.message !== undefined && { message: update.message }) }
    const fields = applyProgress(current, patch)
    return { ...row, ...fields, status: 'in_progress', start_time: row.start_time ?? now, performance_metrics: metrics }
  }
  const step = transition({ status: row.status, held: false }, `complete:${status}`)
  const progress = status === 'completed' ? 100 : applyProgress(current, { progress: update.progress }).progress
  const ended: OperationRow = {
    ...current,
    message,
    progress,
    status: step.to,
    start_time: row.start_time ?? (step.sets.includes('start_time') ? now : null),
    end_time: now,
    estimated_completion: null,
    lease_until: null,
    performance_metrics: metrics,
  }
  return { ...ended, performance_metrics: finalMetrics(ended, null) }
}
