import type { OperationRow } from '@syncwatch/core'
import { selectActiveOperationsCount } from './selectors.ts'
import type { SyncStatusState } from './sync-status-state.ts'

/**
 * Percent of all that is under way, 0 to 99, weighted by items where every operation knows how many it has. Null when nothing
 * is under way, when a total is unknown, or when more is open than is held: a made-up percent is worse than none.
 */
export function selectOverallProgress(state: SyncStatusState): number | null {
  const open = state.openIds.flatMap((id) => state.operations[id] ?? [])
  if (open.length === 0 || open.length < selectActiveOperationsCount(state)) return null
  const percents = open.map(percentOf)
  if (percents.some((percent) => percent === null)) return null
  const weights = open.every((row) => (row.total_items ?? 0) > 0) ? open.map((row) => row.total_items ?? 1) : null
  return Math.min(99, Math.floor(weightedMean(percents as number[], weights)))
}

/** Percent of one operation; null when it cannot be known. */
export function percentOf(row: OperationRow): number | null {
  if (row.progress !== null) return row.progress
  return row.total_items ? Math.min(100, (100 * row.processed_items) / row.total_items) : null
}

function weightedMean(values: readonly number[], weights: readonly number[] | null): number {
  let sum = 0
  let total = 0
  values.forEach((value, index) => {
    const weight = weights?.[index] ?? 1
    sum += value * weight
    total += weight
  })
  return sum / total
}
