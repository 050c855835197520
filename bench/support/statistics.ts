/** The value below which `share` (0 to 1) of the sorted sample lies, by the nearest rank. */
export function percentile(sample: readonly number[], share: number): number {
  if (sample.length === 0) throw new Error('A percentile needs at least one value.')
  const sorted = [...sample].sort((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] as number
}

export const median = (sample: readonly number[]): number => percentile(sample, 0.5)

/** Three significant digits: what a measurement on a shared machine can carry. */
export const rounded = (value: number): number => Number(value.toPrecision(3))
