import {
  estimatedCompletion,
  isEnded,
  liveFigures,
  type OperationId,
  type OperationRow,
  observeProgress,
  type ProgressFields,
  type ProgressRate,
} from '@syncwatch/core'

/** What a flush writes beside the reported values. `null` metrics leave the column as it is. */
export interface WrittenFigures {
  readonly estimated_completion: string | null
  readonly performance_metrics: Record<string, unknown> | null
}

interface Tracked {
  rate: ProgressRate
  figuredAt: number
  estimated_completion: string | null
  performance_metrics: Record<string, unknown>
  stalled: boolean
  /** Milliseconds in each phase that is over. */
  phases: Record<string, number>
  phaseSince: number
}

/** Figures of one operation are made anew at most this often; progress itself is not held up by it. */
const FIGURES_EVERY_MS = 1000

/** Measures the rate of each operation that reports here, and says what of it a flush should write. */
export class ProgressFigures {
  readonly #tracked = new Map<OperationId, Tracked>()

  /** One sample, taken when the values are about to be written. */
  observe(row: OperationRow, values: ProgressFields, now: number): WrittenFigures {
    const sample = { at: now, items: values.processed_items, bytes: values.processed_bytes, phase: values.phase }
    const tracked = this.#tracked.get(row.id)
    if (tracked === undefined) {
      const rate = observeProgress(null, sample)
      this.#tracked.set(row.id, {
        rate,
        figuredAt: now,
        estimated_completion: null,
        performance_metrics: row.performance_metrics,
        stalled: false,
        phases: {},
        phaseSince: now,
      })
      return { estimated_completion: null, performance_metrics: null }
    }
    if (tracked.rate.phase !== sample.phase) endPhase(tracked, now)
    tracked.rate = observeProgress(tracked.rate, sample)
    if (!tracked.stalled && now - tracked.figuredAt < FIGURES_EVERY_MS)
      return { estimated_completion: tracked.estimated_completion, performance_metrics: null }
    return this.#figure(tracked, values, now)
  }

  /** Open operations that have stood still since their last figures: their rows should say so. */
  newlyStalled(now: number, rowOf: (id: OperationId) => OperationRow | undefined): OperationRow[] {
    const stalled: OperationRow[] = []
    for (const [id, tracked] of this.#tracked) {
      const row = rowOf(id)
      if (row === undefined || isEnded(row.status)) this.#tracked.delete(id)
      if (row === undefined || isEnded(row.status) || tracked.stalled) continue
      const figures = liveFigures(tracked.rate, { items: row.total_items, bytes: row.total_bytes }, now)
      if (figures.stalled_since !== null) stalled.push(row)
    }
    return stalled
  }

  /** Milliseconds in each phase so far; null when none was reported here. */
  phasesOf(id: OperationId, now: number): Record<string, number> | null {
    const tracked = this.#tracked.get(id)
    if (tracked === undefined) return null
    endPhase(tracked, now)
    return Object.keys(tracked.phases).length === 0 ? null : tracked.phases
  }

  forget(id: OperationId): void {
    this.#tracked.delete(id)
  }

  #figure(tracked: Tracked, values: ProgressFields, now: number): WrittenFigures {
    const figures = liveFigures(tracked.rate, { items: values.total_items, bytes: values.total_bytes }, now)
    tracked.figuredAt = now
    tracked.stalled = figures.stalled_since !== null
    tracked.estimated_completion = estimatedCompletion(figures)
    tracked.performance_metrics = { ...tracked.performance_metrics, ...figures }
    return {
      estimated_completion: tracked.estimated_completion,
      performance_metrics: tracked.performance_metrics,
    }
  }
}

function endPhase(tracked: Tracked, now: number): void {
  const { phase } = tracked.rate
  if (phase !== null)
    tracked.phases = {
      ...tracked.phases,
      [phase]: (tracked.phases[phase] ?? 0) + Math.max(0, now - tracked.phaseSince),
    }
  tracked.phaseSince = now
}
