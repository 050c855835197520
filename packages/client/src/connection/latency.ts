/** How much a new measurement counts. */
const WEIGHT = 0.3

/** Smoothed round trip in milliseconds: `previous` is 0 before the first measurement. */
export function smoothLatency(previous: number, sample: number): number {
  const clean = Math.max(0, sample)
  return Math.round((previous === 0 ? clean : previous + WEIGHT * (clean - previous)) * 10) / 10
}
