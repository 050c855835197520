import {
  completeOperationSchema,
  type EndedStatus,
  type OperationId,
  type OperationRow,
  parseInput,
  transition,
} from '@syncwatch/core'
import type { StatusContext } from '../status-context.ts'
import { mergeProgress } from '../write/merge-progress.ts'
import { fenced } from '../write/progress-buffer.ts'
import { finalMetrics } from './final-metrics.ts'
import { stepOperation } from './step-operation.ts'

export interface Completion {
  readonly status: EndedStatus
  readonly error_details?: Record<string, unknown> | undefined
  readonly message?: string | undefined
  readonly peak_concurrency?: number | undefined
}

/**
 * Ends an operation, taking along the progress that was accepted and not yet flushed. Resolves when committed. Rejects with
 * `illegal_transition`, `fenced` (with `attempt`), `database_busy` when a foreign transaction holds the row.
 */
export async function completeOperation(
  context: StatusContext,
  id: OperationId,
  completion: Completion,
  attempt: number | null,
): Promise<OperationRow> {
  const { status, error_details, message, peak_concurrency } = parseInput(completeOperationSchema, completion)
  const row = await stepOperation(context, id, (before, now) => {
    if (attempt !== null && attempt !== before.attempt) throw fenced(id, attempt, before.attempt)
    const step = transition({ status: before.status, held: false }, `complete:${status}`)
    const pending = context.buffer.latest(id)
    const takesPending = pending !== undefined && (pending.attempt === null || pending.attempt === before.attempt)
    const merged = takesPending ? { ...before, ...mergeProgress(before, pending.values) } : before
    const ended: OperationRow = {
      ...merged,
      status: step.to,
      start_time: before.start_time ?? (step.sets.includes('start_time') ? now : null),
      end_time: now,
      progress: status === 'completed' ? 100 : merged.progress,
      error_details: error_details ?? before.error_details,
      message: message ?? merged.message,
      estimated_completion: null,
      lease_until: null,
    }
    const phases = context.figures.phasesOf(id, context.clock.now())
    return { ...ended, performance_metrics: finalMetrics(ended, phases, peak_concurrency) }
  })
  context.buffer.absorb(id)
  context.figures.forget(id)
  return row
}
