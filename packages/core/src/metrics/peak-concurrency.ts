/** A run from `start` to `end`, in any unit; `end` is not before `start`. */
export interface Span {
  readonly start: number
  readonly end: number
}

/**
 * How many ran at the same time at most, by a sweep over starts and ends. One that ends when another starts did not run beside it;
 * one that took no time ran at its moment.
 */
export function peakConcurrency(spans: readonly Span[]): number {
  const steps = spans.flatMap(({ start, end }) => [
    { at: start, order: STARTS, by: 1 },
    { at: end, order: end > start ? ENDS : MOMENT_ENDS, by: -1 },
  ])
  steps.sort((a, b) => a.at - b.at || a.order - b.order)
  let running = 0
  let peak = 0
  for (const step of steps) {
    running += step.by
    peak = Math.max(peak, running)
  }
  return peak
}

// What happens at one time: who ran before ends, who starts starts, who only had this moment ends.
const ENDS = 0
const STARTS = 1
const MOMENT_ENDS = 2
