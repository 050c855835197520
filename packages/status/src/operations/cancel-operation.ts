import { isHeld, type OperationId, type OperationRow, transition } from '@syncwatch/core'
import type { StatusContext } from '../status-context.ts'
import { finalMetrics } from './final-metrics.ts'
import { stepOperation } from './step-operation.ts'

/**
 * Asks the worker that holds the operation to stop, or ends it at once where nobody does. Resolves when committed. Rejects
 * with `illegal_transition` when it has ended.
 */
export async function cancelOperation(context: StatusContext, id: OperationId): Promise<OperationRow> {
  const row = await stepOperation(context, id, (before, now) => {
    const held = isHeld(before, Date.parse(now))
    const step = transition({ status: before.status, held }, 'cancel')
    const asked: OperationRow = { ...before, status: step.to, cancel_requested_at: before.cancel_requested_at ?? now }
    if (!step.sets.includes('end_time')) return asked
    const ended = { ...asked, end_time: now, estimated_completion: null, lease_until: null }
    return { ...ended, performance_metrics: finalMetrics(ended, context.figures.phasesOf(id, context.clock.now())) }
  })
  if (row.status === 'cancelled') {
    context.buffer.absorb(id)
    context.figures.forget(id)
  }
  return row
}
